"""Which packages are installed beside us: SDKs in versions that were tested with tokentape, and the pytest plugin."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from gateway.tools.doctor.diagnosis import Diagnosis

__all__ = ["Requirement", "plugin", "requirements", "sdks"]

Requirement = tuple[str, str, str]
"""A package, the oldest version that was tested, and the first that was not."""

_NAME = re.compile(r"([A-Za-z0-9._-]+)[^;]*;.*\bextra\s*==\s*['\"]sdks['\"]")
_OLDEST = re.compile(r">=\s*([\d.]+)")
_BEYOND = re.compile(r"<\s*([\d.]+)")


def requirements(lines: Iterable[str]) -> Iterator[Requirement]:
    """What the metadata of tokentape says of SDKs: `anthropic<3,>=2.11; extra == "sdks"`."""
    for line in lines:
        if name := _NAME.match(line):
            oldest, beyond = _OLDEST.search(line), _BEYOND.search(line)
            if oldest and beyond:
                yield name[1], oldest[1], beyond[1]


def sdks(tested: Iterable[Requirement], versions: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Of each SDK that is installed (`versions`, by name), whether its version was tested."""
    known = [_sdk(requirement, versions[requirement[0]]) for requirement in tested if requirement[0] in versions]
    yield from known or [Diagnosis("ok", "SDKs", "none that we know is installed here")]


def _sdk(requirement: Requirement, version: str) -> Diagnosis:
    name, oldest, beyond = requirement
    if _order(version) >= _order(beyond):
        text = f"{name} {version} is newer than what was tested (below {beyond}): what it sends may not match"
        return Diagnosis("warning", "SDKs", text, f"pip install '{name}<{beyond}', or record again with the new one")
    if _order(version) < _order(oldest):
        text = f"{name} {version} is older than what was tested ({oldest} and later)"
        return Diagnosis("warning", "SDKs", text, f"pip install --upgrade '{name}>={oldest}'")
    return Diagnosis("ok", "SDKs", f"{name} {version}")


def _order(version: str) -> tuple[int, ...]:
    """A version to compare by: 2.11.0rc1 as 2.11.0, and 3 as 3.0.0."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    parts = numbers[0].split(".") if numbers else []
    return tuple(int(part) for part, _ in zip_longest(parts[:3], range(3), fillvalue="0"))


def plugin(pytest: str, environ: Mapping[str, str], *, registered: bool) -> Diagnosis:
    """Whether pytest (its version, or empty) loads our plugin."""
    if not pytest:
        return Diagnosis("ok", "pytest", "not installed here")
    if not registered:
        text = f"pytest {pytest} does not see the plugin: tokentape runs from a folder and is not installed"
        return Diagnosis("problem", "pytest", text, "pip install tokentape")
    if environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        text = "PYTEST_DISABLE_PLUGIN_AUTOLOAD is set: the plugin is not loaded by itself"
        return Diagnosis("warning", "pytest", text, "pytest -p gateway.pytest_plugin")
    if "no:tokentape" in environ.get("PYTEST_ADDOPTS", ""):
        return Diagnosis("problem", "pytest", "PYTEST_ADDOPTS switches the plugin off", "unset PYTEST_ADDOPTS")
    return Diagnosis("ok", "pytest", f"pytest {pytest} loads the plugin")
