"""What a gateway says before and after it ran: texts for stderr."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.settings import Config

if TYPE_CHECKING:  # for annotations only: the server brings aiohttp, which --help must not wait for
    from gateway.server import Report

__all__ = ["conclusion", "introduction", "token_address"]


def introduction(config: Config, cassette: Path) -> Iterator[str]:
    """The mode and why, the cassette, the upstreams that are not the built-in ones, and the faults."""
    where = "no cassette" if config.mode == "live" else f"cassette {cassette}"
    yield f"mode {config.mode} ({config.mode_source}), {where}"
    for upstream in config.upstreams:
        yield f"upstream /{upstream.name} -> {upstream.url}"
    if config.faults != "none":
        yield f"faults in what is replayed: {config.faults}"
    if config.remote:
        yield (
            f"warning: listening on {config.host}, so other machines can spend the keys that pass and read the "
            "cassettes; 127.0.0.1 is for this machine alone"
        )


def token_address(url: str, token: str) -> str:
    """Where the page of a gateway that listens at `url` is opened with its token."""
    port = url.rpartition(":")[2]
    return f"page http://127.0.0.1:{port}/_/?token={token} (elsewhere: this machine's name in place of 127.0.0.1)"


def conclusion(report: "Report", cassette: Path | None) -> Iterator[str]:
    """What was recorded, replayed and missed, each miss, the faults, what went wrong; `cassette` if one was used."""
    for miss, times in Counter(report.misses).items():
        first, *rest = miss.split("\n")
        yield f"missed {times} times: {first}" if times > 1 else f"missed: {first}"
        yield from (f"  {line}" for line in rest)
    yield from (f"fault {text}: {times} times" if times > 1 else f"fault {text}" for text, times in _faults(report))
    yield from (f"not recorded: {text}" for text in report.refused)
    cut = f", cut short {report.aborted}" if report.aborted else ""
    cut += f", faults {report.faults}" if report.faults else ""
    if cassette is None:
        yield f"no cassette was used{cut}"
    else:
        yield f"recorded {report.recorded}, replayed {report.replayed}, missed {report.missed}{cut} in {cassette}"
    if report.degraded:
        yield f"recording stopped working: {report.degraded}"


def _faults(report: "Report") -> Iterable[tuple[str, int]]:
    return Counter(report.fault_texts).items()
