"""`tokentape doctor`: what on this machine is in the way, and what to do about it."""

import click

from gateway.cli.console import CHECK_FAILED, OK, examples, result, result_json
from gateway.cli.options import cassette_folder_options, json_option

__all__ = ["doctor"]


@click.command(epilog=examples("tokentape doctor", "tokentape doctor --json | jq '.problems'"))
@json_option
@cassette_folder_options
def doctor(*, as_json: bool, **flags: object) -> int:
    """Find what is in the way of recording and replaying here.

    Looks at settings, base URLs, keys (which it never shows), proxies, the port, the cassette folder, git, SDKs, pytest
    and the machine, says what to do about each finding, and changes nothing. The exit code is 1 if there is a problem;
    a warning is none.
    """
    from gateway.cli.doctor.facts import diagnosed  # noqa: PLC0415 - brings http.client and the metadata of packages
    from gateway.tools.doctor import diagnosis_json, diagnosis_lines, worst  # noqa: PLC0415 - only for this command

    diagnoses = list(diagnosed(flags))
    if as_json:
        levels = [diagnosis.level for diagnosis in diagnoses]
        counts = {"problems": levels.count("problem"), "warnings": levels.count("warning")}
        result_json({**counts, "diagnoses": list(map(diagnosis_json, diagnoses))})
    else:
        result(diagnosis_lines(diagnoses))
    return CHECK_FAILED if worst(diagnoses) == "problem" else OK
