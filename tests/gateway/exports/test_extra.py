"""Without the extra: one sentence at the start, with the command that helps."""

import sys

import pytest

from gateway.app import compose
from gateway.exports.extra import require_otel
from gateway.settings import Config, ConfigError
from recorder.clock import ManualClock

MESSAGE = r"^otel: expected OpenTelemetry to be installed; pip install 'tokentape\[otel\]'$"


@pytest.fixture(params=["opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"])
def missing(request, monkeypatch):
    """As if one package of the extra were not there."""
    for name in {request.param, *(name for name in sys.modules if name.startswith(f"{request.param}."))}:
        monkeypatch.setitem(sys.modules, name, None)


def test_it_is_there():
    require_otel()


@pytest.mark.usefixtures("missing")
def test_it_is_not():
    with pytest.raises(ConfigError, match=MESSAGE):
        require_otel()


@pytest.mark.usefixtures("missing")
def test_it_is_asked_for_only_where_it_is_wanted(tmp_path):
    compose(Config(cassettes=tmp_path), ManualClock(), observed=True)
    compose(Config(cassettes=tmp_path, otel=True), ManualClock())
    with pytest.raises(ConfigError, match=MESSAGE):
        compose(Config(cassettes=tmp_path, otel=True), ManualClock(), observed=True)
