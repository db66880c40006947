"""What can be set: each key, with how its value is read and checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from gateway.settings import kinds
from gateway.settings.kinds import Setting
from gateway.settings.values import Mode

__all__ = ["SETTINGS"]

SETTINGS: Mapping[str, Setting] = {
    "host": kinds.text("an address or host name to listen on"),
    "port": kinds.whole("a whole number from 0 (any free port) to 65535", 0, 65535),
    "allow_remote": kinds.flag(),
    "allow_hosts": kinds.texts("host names without a port, such as tape.example.com", ",", kinds.host_name),
    "allow_origins": kinds.texts("origins such as http://localhost:5173", ",", kinds.origin),
    "page_token": kinds.secret("16 or more letters, digits, - and _"),
    "mode": kinds.choice(*get_args(Mode)),
    "cassettes": Setting("a folder", str, lambda value: Path(str(kinds.text("").check(value)))),
    "cassette": kinds.text("the name of a cassette"),
    "pacing": Setting("recorded, instant, scaled=X (X > 0) or capped=MS (milliseconds)", str, kinds.pacing),
    "repeat": kinds.choice("last", "never"),
    "upstreams": Setting("upstreams of the form NAME=URL[,dialect=D], or a table of them", str.split, kinds.upstreams),
    "max_body": kinds.size(),
    "max_interaction": kinds.size(),
    "connect_timeout": kinds.seconds(),
    "first_byte_timeout": kinds.seconds(),
    "idle_timeout": kinds.seconds(),
    "write_timeout": kinds.seconds(),
    "drain_timeout": kinds.seconds(zero=True),
    "read_on": kinds.flag(),
    "read_on_timeout": kinds.seconds(zero=True),
    "max_streams": kinds.whole("a whole number of streams, 1 or more", 1),
    "match_headers": kinds.texts("names of headers", ",", kinds.header_name),
    "match_ignore": kinds.texts("paths such as metadata.*, query.beta or parts.file.content", ",", kinds.json_path),
    "match_tool_call_ids": kinds.choice("renamed", "exact"),
    "match_key": kinds.flag(),
    "redact": kinds.texts("regular expressions (in the environment: one a line)", "\n", kinds.pattern),
    "redact_paths": kinds.texts("paths into JSON bodies", ",", kinds.json_path),
    "fsync": kinds.flag(),
    "strict_record": kinds.flag(),
    "faults": kinds.text("faults such as cut@frame=4, or none"),
    "observe": kinds.flag(),
    "otel": kinds.flag(),
    "log_level": kinds.choice("debug", "info", "warning", "error"),
}
