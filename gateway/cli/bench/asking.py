"""What the flags of `tokentape bench` mean: a load, the questions, objectives. Files are read here."""

from collections.abc import Iterator
from pathlib import Path

from gateway.bench.load import Load
from gateway.bench.questions import Wanted, from_bodies, from_prompts, from_recorded
from gateway.bench.slo import Objective
from gateway.cli.bench.options import Flags
from gateway.cli.given import given_bytes
from gateway.settings import ConfigError
from recorder.interaction import Request
from recorder.naming import cassette_path
from recorder.store import Store

__all__ = ["load_of", "objectives_of", "questions_of"]

_LARGEST = 64 << 20
_JSON_LINES = (".jsonl", ".ndjson")
_DEFAULT_REQUESTS = 20


def load_of(flags: Flags) -> Load:
    """The load that the flags mean. Raises ConfigError where they contradict each other."""
    if flags.rate is not None and flags.concurrency is not None:
        raise ConfigError("--rate is an open loop, --concurrency a closed one: expected one of them")
    if flags.concurrency is not None and flags.arrivals != "constant":
        raise ConfigError(f"--arrivals {flags.arrivals} is of an open loop (--rate); --concurrency has none")
    endless = flags.requests is None and flags.duration is None
    return Load(
        rate=None if flags.concurrency is not None else flags.rate or 1.0,
        arrivals=flags.arrivals,
        seed=flags.seed,
        concurrency=flags.concurrency or 1,
        requests=_DEFAULT_REQUESTS if endless else flags.requests,
        duration=flags.duration,
        warm_up=flags.warm_up,
        max_in_flight=flags.max_in_flight,
    )


def objectives_of(flags: Flags) -> list[Objective] | None:
    """The objectives; None if nobody asked for goodput. Raises ConfigError."""
    if not flags.objectives and flags.min_goodput is None:
        return None
    try:
        return [Objective.parse(text) for text in flags.objectives]
    except ValueError as error:
        raise ConfigError(f"--slo: {error}") from None


def questions_of(flags: Flags, wanted: Wanted, folder: Path) -> list[Request]:
    """What is asked. Raises ConfigError, and CassetteError if the cassette cannot be read."""
    if sum(map(bool, (flags.prompts, flags.file, flags.cassette))) != 1:
        raise ConfigError("expected one of --prompt TEXT, --prompts FILE and --cassette NAME: what to ask")
    if flags.file is not None:
        lines = _lines(flags.file)
        as_bodies = flags.file.suffix in _JSON_LINES
        return from_bodies(lines, wanted, str(flags.file)) if as_bodies else from_prompts(lines, wanted)
    if flags.cassette is not None:
        return from_recorded(_requests(folder, flags.cassette), wanted, flags.cassette)
    return from_prompts(flags.prompts, wanted)


def _lines(file: Path) -> list[str]:
    """The lines of a text; a prompt may hold any other character that breaks lines."""
    try:
        data = given_bytes(file, _LARGEST)
        text = None if data is None else data.decode()
    except OSError as error:
        raise ConfigError(f"--prompts: cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"--prompts: {file} is no UTF-8 text, at byte {error.start}") from None
    if text is None:
        raise ConfigError(f"--prompts: {file} has more than {_LARGEST >> 20} MiB")
    return text.split("\n")


def _requests(folder: Path, name: str) -> Iterator[Request]:
    path = cassette_path(folder, name)
    if not path.exists():
        raise ConfigError(f"--cassette: there is no {path}")
    store = Store(path)
    return (store.load(entry).request for entry in store.read())
