"""The workflows of docs/ci.md, to be run as GitHub runs them."""

import os
import re
import sys
from pathlib import Path

import yaml

from tests.integration.programs import ROOT, Program, run_program

__all__ = ["step_of", "workflow"]

PAGE = ROOT / "docs" / "ci.md"


def workflow(name: str) -> dict[str, str]:
    """The scripts of a workflow, by the names of their steps or by themselves."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    found = next(read for read in map(yaml.safe_load, blocks) if read.get("name") == name)
    (job,) = found["jobs"].values()
    return {step.get("name", step["run"]): step["run"] for step in job["steps"] if "run" in step}


async def step_of(script: str, folder: Path, **environ: str) -> Program:
    """Run the script of one step."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ("bash", "-eo", "pipefail", "-c", script)
    return await run_program(*command, folder=folder, CI="true", PATH=path, **git, **environ)
