"""Flags hand on what was typed; the Config says what it means."""

from pathlib import Path

import click
import pytest

from gateway.cli.options import cassette_folder_options, configure, gateway_options, log_level_option
from gateway.settings import SETTINGS, Config


def parsed(decorate, *arguments):
    seen = {}

    @click.command()
    @decorate
    def command(**flags):
        seen.update(flags)
        return 0

    command.main(list(arguments), standalone_mode=False)
    return seen


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)


def test_flags_that_are_not_given_leave_the_defaults():
    assert configure(parsed(gateway_options)) == Config()
    assert configure(parsed(cassette_folder_options)) == Config()


def test_every_flag_is_a_setting():
    assert set(parsed(gateway_options)) - {"config_file"} <= set(SETTINGS)


def test_every_flag_arrives():
    config = configure(
        parsed(
            gateway_options,
            *("--host", "0.0.0.0", "--port", "0", "--allow-remote", "--mode", "all", "--cassettes", "c"),
            *("--cassette", "n", "--upstream", "a=http://a", "--upstream", "b=http://b,dialect=openai"),
            *("--pacing", "scaled=2", "--repeat", "never", "--strict-record", "--fsync", "--log-level", "debug"),
        )
    )
    assert (config.host, config.port, config.allow_remote, config.mode) == ("0.0.0.0", 0, True, "all")
    assert (config.cassettes, config.cassette, config.repeat) == (Path("c"), "n", "never")
    assert [upstream.name for upstream in config.upstreams] == ["a", "b"]
    assert str(config.pacing) == "scaled=2"
    assert config.strict_record
    assert config.fsync
    assert config.log_level == "debug"


def test_environment_and_file_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("TOKENTAPE_PORT", "5")
    (tmp_path / "other.toml").write_text("repeat = 'never'\n")
    config = configure(parsed(gateway_options, "--config", "other.toml"))
    assert (config.port, config.repeat) == (5, "never")


def test_log_level_is_one_of_four():
    assert parsed(log_level_option) == {"log_level": "warning"}
    with pytest.raises(click.BadParameter):
        parsed(log_level_option, "--log-level", "loud")
