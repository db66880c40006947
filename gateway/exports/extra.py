"""Whether what OpenTelemetry needs is installed: the one part of the exports that the relay asks."""

from importlib.util import find_spec

from gateway.settings import ConfigError

__all__ = ["require_otel"]

_NEEDED = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def require_otel() -> None:
    """Raise ConfigError if the extra is missing."""
    if not all(map(_is_there, _NEEDED)):
        raise ConfigError("otel: expected OpenTelemetry to be installed; pip install 'tokentape[otel]'")


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is not there
        return False
