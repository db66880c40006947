"""The composition root: settings in, a request handler out. Every object is made and joined here, once.

In replay no live upstream is made at all, so nothing in the process could reach a provider.
"""

import resource
from dataclasses import dataclass

import recorder
from gateway.dialects import DEFAULT_DIALECT, DIALECTS, PROVIDERS, Dialect, Provider
from gateway.exports.extra import require_otel
from gateway.faults import Faults, parse_faults
from gateway.guard import Guard
from gateway.live import Live, Origin, Timeouts
from gateway.proxy import Proxy, ProxyLimits
from gateway.routes import Routes
from gateway.rules import matcher_of, redactor_of
from gateway.sessions import SessionRules, Sessions
from gateway.settings import Config, ConfigError, Mode, UpstreamSpec
from gateway.tap import Door, Link, Setup, Taps, Watch
from recorder.clock import Clock
from recorder.pacing import Pacing
from recorder.recording import RecordingLimits

__all__ = ["App", "compose", "faults_of", "upstreams"]


@dataclass(frozen=True, slots=True)
class App:
    """What the server runs. `live` is None in replay, `watch` where nothing is observed."""

    proxy: Proxy
    sessions: Sessions
    live: Live | None
    guard: Guard
    watch: Watch | None = None


def compose(config: Config, clock: Clock, *, observed: bool = False) -> App:
    """Put the gateway together. Opens nothing: the cassettes are opened by `sessions`, on demand."""
    providers = upstreams(config)
    live = None
    if config.mode != "replay":
        origins = {provider.name: Origin.parse(provider.url) for provider in providers}
        live = Live(origins, Timeouts(config.connect_timeout, config.first_byte_timeout, config.idle_timeout), clock)
    sessions = Sessions(_rules(config), live, clock)
    limits = ProxyLimits(config.max_body, config.write_timeout, config.max_streams or _most_streams())
    watch = _watch(config, providers, clock) if observed else None
    proxy = Proxy(Routes(providers), sessions, config.cassette, limits, None if watch is None else watch.taps)
    return App(proxy, sessions, live, Guard(config, proxy.refusal), watch)


def _watch(config: Config, providers: tuple[Provider, ...], clock: Clock) -> Watch:
    if config.otel:
        require_otel()
    addresses = [(provider.name, Origin.parse(provider.url).address) for provider in providers]
    setup = Setup(
        cassettes=str(config.cassettes.absolute()),
        mode=config.mode,
        version=recorder.__version__,
        redact=config.redact,
        redact_paths=config.redact_paths,
        servers=tuple([(name, address.host, address.port) for name, address in addresses]),
        otel=config.otel,
    )
    link = Link(setup, clock)
    exact = config.pacing == Pacing("recorded") and config.faults == "none"
    return Watch(Taps(link, clock, mode=config.mode, exact=exact), link, Door(link))


def upstreams(config: Config) -> tuple[Provider, ...]:
    """The built-in providers, with the configured upstreams over and after them. Raises ConfigError."""
    table = {provider.name: provider for provider in PROVIDERS}
    for spec in config.upstreams:
        known = table.get(spec.name)
        dialect = _dialect(spec) if spec.dialect else known.dialect if known else DEFAULT_DIALECT
        table[spec.name] = Provider(spec.name, spec.url, dialect, known.sdk_path if known else None)
    return tuple(table.values())


def _dialect(spec: UpstreamSpec) -> Dialect:
    dialect = DIALECTS.get(spec.dialect)
    if dialect is None:
        raise ConfigError(f"upstream {spec.name}: expected a dialect of {', '.join(DIALECTS)}; got {spec.dialect!r}")
    return dialect


def _rules(config: Config) -> SessionRules:
    return SessionRules(
        folder=config.cassettes,
        mode=config.mode,
        pacing=config.pacing,
        matcher=matcher_of(config),
        redactor=redactor_of(config),
        repeat=config.repeat,
        recording=RecordingLimits(config.max_interaction, config.read_on, config.read_on_timeout, config.strict_record),
        fsync=config.fsync,
        facts=(("version", recorder.__version__),),
        faults=faults_of(config.faults, config.mode),
    )


def faults_of(text: str, mode: Mode) -> Faults:
    """The faults of this text, for sessions of this mode. Raises ConfigError."""
    try:
        faults = parse_faults(text)
    except ValueError as error:
        raise ConfigError(f"faults: {error}") from None
    if faults and mode in ("live", "all"):
        raise ConfigError(
            f"faults: expected a mode that replays (replay, once or new_episodes); got {mode}, in which nothing is "
            f"replayed, and so nothing could be done to it: {text!r}"
        )
    return faults


def _most_streams() -> int:
    """A stream needs two sockets: stop at 80 % of what the process may open, so that shedding still can answer."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, int(soft * 0.8 / 2))
