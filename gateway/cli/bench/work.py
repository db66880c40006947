"""From flags to numbers: what `tokentape bench` does, in order.

flags ──> target, key, questions, load ──> said ──> drive ──> read ──> cassette, files ──> shown ──> exit code
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

from gateway import server
from gateway.app import upstreams
from gateway.bench import forms, told
from gateway.bench.added import Added, added_by
from gateway.bench.client import Client, OwnClient
from gateway.bench.drive import drive
from gateway.bench.keeping import keep
from gateway.bench.load import Load
from gateway.bench.questions import DEFAULT_MAX_TOKENS, Wanted
from gateway.bench.result import Reading, Result, read_shots, refusal_of, result_of
from gateway.bench.run import Outcome
from gateway.bench.sdk import SDKS
from gateway.bench.shot import Shot
from gateway.bench.target import Target, key_for, target_of
from gateway.cli.bench.asking import load_of, objectives_of, questions_of
from gateway.cli.bench.files import check_writable, written
from gateway.cli.bench.options import Flags
from gateway.cli.bench.progress import Progress
from gateway.cli.console import CHECK_FAILED, OK, RUNTIME, can_show, result, result_json, say
from gateway.environment import DUMMY_KEY
from gateway.live import Live, Origin, Timeouts
from gateway.rules import matcher_of, redactor_of
from gateway.settings import Config, ConfigError
from gateway.tools.stats.table import ASCII_BLOCKS, BLOCKS, group_lines
from recorder import __version__
from recorder.cassette import Cassette
from recorder.clock import Clock, SystemClock
from recorder.interaction import Fact, Request
from recorder.naming import cassette_path
from recorder.plural import count
from recorder.store import Store

__all__ = ["work"]

_INTERRUPTED = 128 + 2


def work(flags: Flags, config: Config) -> int:
    """Do it; the exit code. Raises ConfigError, Refused, CassetteError, OSError."""
    target = target_of(flags.target, flags.api, upstreams(config))
    key, variable = key_for(target, os.environ, flags.key_env)
    questions = questions_of(flags, Wanted(target, key, flags.model, flags.max_tokens), config.cassettes)
    load, objectives = load_of(flags), objectives_of(flags)
    check_writable(flags.jsonl_file, flags.csv_file)
    clock = SystemClock()
    with _new_cassette(config, flags.record) as cassette:
        client = _client(flags, target, key, config, clock)
        client.check(questions)
        say(*told.announced(target, load, limits=_limits(flags), variable=variable))
        facts = _facts_from(clock)
        outcome = _driven(load, questions, client, clock)
        readings = list(read_shots(outcome.shots, facts))
        found = result_of(outcome, readings, objectives)
        added = added_by(readings) if flags.client_name in SDKS else None
        files = [
            _kept(readings, cassette),
            written(flags.jsonl_file, forms.json_lines(found)),
            written(flags.csv_file, forms.csv_lines(found)),
        ]
        if flags.as_json:
            result_json(forms.run_json(target, outcome, found, added))
        else:
            result(_shown(outcome, found, added))
    return _code(flags, outcome, found) or (OK if all(files) else RUNTIME)


def _limits(flags: Flags) -> str:
    """How long the answers may be, as far as we say it."""
    if flags.max_tokens is None and (flags.cassette or (flags.file and flags.file.suffix != ".txt")):
        return "as long as the requests allow"
    return f"answers of at most {flags.max_tokens or DEFAULT_MAX_TOKENS:,} tokens"


def _client(flags: Flags, target: Target, key: str, config: Config, clock: Clock) -> Client:
    """Who sends. Raises ConfigError if that SDK is not there."""
    if flags.client_name == "own":
        timeouts = Timeouts(config.connect_timeout, config.first_byte_timeout, config.idle_timeout)
        live = Live({target.provider.name: Origin.parse(target.url)}, timeouts, clock)
        return OwnClient(live, fresh=flags.fresh)
    if flags.client_name not in SDKS:
        raise ConfigError(f"--client: expected own, {' or '.join(SDKS)}; got {flags.client_name!r}")
    try:
        sdk = import_module(SDKS[flags.client_name])
    except ImportError as error:
        raise ConfigError(
            f"--client {flags.client_name}: the SDK cannot be imported ({error}); pip install {flags.client_name}"
        ) from None
    client: Client = sdk.client(target.url, key or DUMMY_KEY, clock, fresh=flags.fresh)
    return client


def _driven(load: Load, questions: Sequence[Request], client: Client, clock: Clock) -> Outcome:
    """The run itself, watched on stderr."""
    progress = Progress()
    expected = load.expected
    try:
        return server.run(
            drive(
                load,
                questions,
                client,
                clock,
                tell=progress.telling(),
                watch=lambda tally: progress.show(told.progress_lines(tally, expected, clock.now())),
                every=progress.every,
            )
        )
    finally:
        progress.clear()


def _facts_from(clock: Clock) -> Callable[[Shot], dict[str, Fact]]:
    """What a cassette tells of each request: when it was sent, by which version."""
    then, wall = clock.now(), clock.wall()

    def facts_of(shot: Shot) -> dict[str, Fact]:
        sent = wall + timedelta(microseconds=(shot.started - then) // 1000)
        return {"version": __version__, "recorded_at": sent.isoformat(timespec="milliseconds")}

    return facts_of


@contextmanager
def _new_cassette(config: Config, name: str | None) -> Iterator[Cassette | None]:
    """The cassette to be made, locked before anything is sent. Raises ConfigError if it is there already."""
    if name is None:
        yield None
        return
    path = cassette_path(config.cassettes, name)
    if path.exists():
        raise ConfigError(
            f"--record: {path} is there already; a run gets a cassette of its own, so choose another name"
        )
    store = Store(path, fsync=config.fsync)
    store.lock()
    try:
        yield Cassette(name, store, matcher=matcher_of(config), redactor=redactor_of(config))
    finally:
        store.close()


def _kept(readings: Sequence[Reading], cassette: Cassette | None) -> bool:
    """Record the run, if that is wanted, and say where it is. Whether all is well."""
    if cassette is None:
        return True
    refused = Counter(keep(readings, cassette))
    for message, times in refused.items():
        say(f"not recorded{f', {times} times' if times > 1 else ''}: {message}")
    say(f"{count(cassette.tally.recorded, 'answer')} in {cassette.store.path}")
    return not refused


def _shown(outcome: Outcome, found: Result, added: Added | None) -> Iterator[str]:
    blocks = BLOCKS if can_show(BLOCKS) else ASCII_BLOCKS
    for group in found.groups:
        yield from group_lines(group, blocks)
    yield from told.outcome_lines(outcome, found, added)


def _code(flags: Flags, outcome: Outcome, found: Result) -> int:
    """The exit code; where nothing was measured, why."""
    if outcome.cut_short:
        return _INTERRUPTED
    if not any(reading.measurement and reading.measurement.status == "ok" for reading in found.readings):
        say(f"no answer was ok: {refusal_of(outcome.shots) or 'see the counts by status'}")
        return RUNTIME
    if flags.min_goodput is not None and found.goodput is not None and found.goodput.share < flags.min_goodput:
        say(f"goodput is {found.goodput.share:.1%}, and at least {flags.min_goodput:.1%} was asked for")
        return CHECK_FAILED
    return OK
