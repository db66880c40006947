"""The one frozen value that holds everything that can be set."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from recorder.pacing import Pacing

__all__ = ["Config", "ConfigError", "Mode", "UpstreamSpec"]

Mode = Literal["replay", "once", "new_episodes", "all", "live"]

_MIB = 1 << 20


class ConfigError(Exception):
    """A setting that cannot be used; the message names the place, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class UpstreamSpec:
    """An upstream that was configured. An empty `dialect` means that of the built-in upstream of the same name."""

    name: str
    url: str
    dialect: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. Time-outs are seconds, sizes are bytes; docs/configuration.md says what each does."""

    host: str = "127.0.0.1"
    port: int = 8077
    allow_remote: bool = False
    allow_hosts: tuple[str, ...] = ()
    allow_origins: tuple[str, ...] = ()
    page_token: str | None = field(default=None, repr=False)
    mode: Mode = "once"
    mode_source: str = "default"  # flag, environment, file, CI is set, default: printed at the start
    cassettes: Path = Path("cassettes")
    cassette: str = "default"
    pacing: Pacing = Pacing("recorded")
    repeat: Literal["last", "never"] = "last"
    upstreams: tuple[UpstreamSpec, ...] = ()
    max_body: int = 64 * _MIB
    max_interaction: int = 64 * _MIB
    connect_timeout: float = 10.0
    # The SDKs' own read time-out: a shorter one would break long calls that work without us.
    first_byte_timeout: float = 600.0
    idle_timeout: float = 600.0
    write_timeout: float = 60.0
    drain_timeout: float = 30.0
    read_on: bool = True
    read_on_timeout: float = 60.0
    max_streams: int | None = None
    match_headers: tuple[str, ...] = ()
    match_ignore: tuple[str, ...] = ()
    match_tool_call_ids: Literal["renamed", "exact"] = "renamed"
    match_key: bool = False
    redact: tuple[str, ...] = ()
    redact_paths: tuple[str, ...] = ()
    fsync: bool = False
    strict_record: bool = False
    faults: str = "none"
    observe: bool = True
    otel: bool = False
    log_level: str = "warning"

    @property
    def remote(self) -> bool:
        """Whether other machines could connect: every host but a loopback address or `localhost`."""
        try:
            return not ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host != "localhost"
