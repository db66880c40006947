"""Where settings come from, who wins, and what a wrong one is answered."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from gateway.config import Config, ConfigError, UpstreamSpec, load_config
from gateway.settings import SETTINGS
from recorder.pacing import Pacing


def load(folder, toml="", *, flags=None, environ=None, config_file=None, name="tokentape.toml"):
    if toml:
        (folder / name).write_text(toml)
    return load_config(flags or {}, environ=environ or {}, folder=folder, config_file=config_file)


def refused(folder, toml="", **sources):
    with pytest.raises(ConfigError) as caught:
        load(folder, toml, **sources)
    return str(caught.value).replace(f"{folder}/", "")


def test_nothing_set_gives_the_defaults(tmp_path):
    assert load(tmp_path) == Config()


def test_config_is_frozen():
    with pytest.raises(FrozenInstanceError):
        Config().port = 1


def test_every_field_can_be_set():
    assert set(SETTINGS) == {field.name for field in fields(Config)} - {"mode_source"}


def test_flag_over_environment_over_file_over_default(tmp_path):
    toml, environ, flags = "port = 1\n", {"TOKENTAPE_PORT": "2"}, {"port": "3"}
    assert load(tmp_path).port == 8077
    assert load(tmp_path, toml).port == 1
    assert load(tmp_path, toml, environ=environ).port == 2
    assert load(tmp_path, toml, environ=environ, flags=flags).port == 3
    assert load(tmp_path, toml, environ=environ, flags={"port": None}).port == 2


def test_a_file_sets_every_kind_of_value(tmp_path):
    config = load(
        tmp_path,
        """
        mode = "all"
        pacing = "capped=50"
        max_body = "2 MiB"
        max_interaction = 1000
        idle_timeout = 5
        drain_timeout = 0
        read_on = false
        max_streams = 12
        match_headers = ["Anthropic-Beta"]
        match_ignore = ["metadata.*", "messages.*.id"]
        redact = ['\\bcus_[a-z]+, \\d+']
        cassettes = "tapes"
        [upstreams]
        local = "http://127.0.0.1:9000/base/"
        other = { url = "https://llm.example", dialect = "openai" }
        """,
    )
    assert (config.mode, config.mode_source, config.pacing) == ("all", "file", Pacing("capped", 50.0))
    assert (config.max_body, config.max_interaction) == (2 << 20, 1000)
    assert (config.idle_timeout, config.drain_timeout, config.read_on, config.max_streams) == (5.0, 0.0, False, 12)
    assert (config.match_headers, config.match_ignore) == (("anthropic-beta",), ("metadata.*", "messages.*.id"))
    assert config.redact == ("\\bcus_[a-z]+, \\d+",)
    assert config.cassettes == Path("tapes")
    assert config.upstreams == (
        UpstreamSpec("local", "http://127.0.0.1:9000/base"),
        UpstreamSpec("other", "https://llm.example", "openai"),
    )


def test_the_environment_sets_every_kind_of_value(tmp_path):
    config = load(
        tmp_path,
        environ={
            "TOKENTAPE_ALLOW_REMOTE": "1",
            "TOKENTAPE_HOST": "0.0.0.0",
            "TOKENTAPE_IDLE_TIMEOUT": "2.5",
            "TOKENTAPE_MAX_BODY": "10KB",
            "TOKENTAPE_MATCH_HEADERS": "anthropic-beta, openai-beta",
            "TOKENTAPE_REDACT": "a,b\nc{1,2}\n",
            "TOKENTAPE_UPSTREAMS": "a=http://127.0.0.1:1 b=http://127.0.0.1:2,dialect=openai",
        },
    )
    assert (config.allow_remote, config.host, config.idle_timeout, config.max_body) == (True, "0.0.0.0", 2.5, 10_000)
    assert config.match_headers == ("anthropic-beta", "openai-beta")
    assert config.redact == ("a,b", "c{1,2}")
    assert config.upstreams == (
        UpstreamSpec("a", "http://127.0.0.1:1"),
        UpstreamSpec("b", "http://127.0.0.1:2", "openai"),
    )


def test_upstreams_add_up_by_name(tmp_path):
    config = load(
        tmp_path,
        '[upstreams]\na = "http://a.example"\nb = "http://b.example"\n',
        environ={"TOKENTAPE_UPSTREAMS": "b=http://b2.example"},
        flags={"upstreams": ("c=http://c.example,dialect=openai",)},
    )
    assert [spec.url for spec in config.upstreams] == ["http://a.example", "http://b2.example", "http://c.example"]


def test_an_empty_variable_is_not_set(tmp_path):
    assert load(tmp_path, environ={"TOKENTAPE_PORT": ""}).port == 8077


class TestMode:
    @pytest.mark.parametrize("said", ["1", "true", "yes", "woodpecker"])
    def test_ci_replays_by_default(self, tmp_path, said):
        config = load(tmp_path, environ={"CI": said})
        assert (config.mode, config.mode_source) == ("replay", "CI is set")

    @pytest.mark.parametrize("said", ["", "0", "false", "False", "no"])
    def test_ci_can_be_denied(self, tmp_path, said):
        config = load(tmp_path, environ={"CI": said})
        assert (config.mode, config.mode_source) == ("once", "default")

    def test_a_mode_that_was_asked_for_wins_over_ci(self, tmp_path):
        assert load(tmp_path, environ={"CI": "1"}, flags={"mode": "all"}).mode_source == "flag"
        assert load(tmp_path, environ={"CI": "1", "TOKENTAPE_MODE": "live"}).mode_source == "environment"
        assert load(tmp_path, 'mode = "new_episodes"', environ={"CI": "1"}).mode_source == "file"


class TestWhere:
    def test_pyproject_has_a_table(self, tmp_path):
        assert load(tmp_path, "[tool.tokentape]\nport = 5\n", name="pyproject.toml").port == 5
        assert load(tmp_path, "[tool.other]\nport = 5\n", name="pyproject.toml").port == 8077

    def test_tokentape_toml_wins_over_pyproject(self, tmp_path):
        (tmp_path / "pyproject.toml").write_text("[tool.tokentape]\nport = 5\n")
        assert load(tmp_path, "port = 6\n").port == 6

    def test_a_named_file_is_read_instead(self, tmp_path):
        named = tmp_path / "deep" / "ci.toml"
        named.parent.mkdir()
        named.write_text('port = 7\ncassettes = "tapes"\n')
        by_flag = load(tmp_path, "port = 6\n", config_file=named)
        by_variable = load(tmp_path, environ={"TOKENTAPE_CONFIG": "deep/ci.toml"})
        assert by_flag == by_variable
        assert by_flag.port == 7
        assert by_flag.cassettes == tmp_path / "deep" / "tapes"

    def test_a_named_file_must_be_there(self, tmp_path):
        assert refused(tmp_path, config_file=Path("no.toml")) == (
            "no.toml: expected a configuration file; No such file or directory"
        )

    @pytest.mark.parametrize("name", ["HTTPS_PROXY", "OPENAI_BASE_URL", "OPENAI_API_KEY", "PORT", "MODE"])
    def test_the_rest_of_the_environment_changes_nothing(self, tmp_path, name):
        assert load(tmp_path, environ={name: "http://canary.example"}) == Config()

    def test_nothing_is_expanded(self, tmp_path):
        assert load(tmp_path, environ={"TOKENTAPE_CASSETTE": "$HOME-$(id)", "HOME": "x"}).cassette == "$HOME-$(id)"


class TestWrong:
    def test_an_unknown_key_is_told_the_nearest(self, tmp_path):
        assert refused(tmp_path, 'modee = "all"\n') == (
            "tokentape.toml: unknown key 'modee'; the nearest valid key is 'mode'"
        )

    def test_an_unknown_key_in_pyproject_is_told_the_nearest(self, tmp_path):
        assert refused(tmp_path, "[tool.tokentape]\nmax-body = 1\n", name="pyproject.toml") == (
            "pyproject.toml: unknown key 'max-body'; the nearest valid key is 'max_body'"
        )

    def test_an_unknown_variable_is_told_the_nearest(self, tmp_path):
        assert refused(tmp_path, environ={"TOKENTAPE_CASETTE": "x"}) == (
            "environment: unknown variable TOKENTAPE_CASETTE; the nearest valid one is TOKENTAPE_CASSETTE"
        )

    @pytest.mark.parametrize(
        ("toml", "message"),
        [
            ('port = "8077"', "port: expected a whole number from 0 (any free port) to 65535; got '8077'"),
            ("port = true", "port: expected a whole number from 0 (any free port) to 65535; got True"),
            ("port = 65536", "port: expected a whole number from 0 (any free port) to 65535; got 65536"),
            ('mode = "none"', "mode: expected one of replay, once, new_episodes, all, live; got 'none'"),
            ("mode = []", "mode: expected one of replay, once, new_episodes, all, live; got []"),
            ('fsync = "yes"', "fsync: expected true or false; got 'yes'"),
            ("idle_timeout = 0", "idle_timeout: expected a number of seconds, more than 0; got 0"),
            ("idle_timeout = nan", "idle_timeout: expected a number of seconds, more than 0; got nan"),
            ("drain_timeout = inf", "drain_timeout: expected a number of seconds, 0 or more; got inf"),
            ('max_body = "6 ft"', "max_body: expected a size such as 64MiB, or a number of bytes; got '6 ft'"),
            ("max_body = -1", "max_body: expected a size such as 64MiB, or a number of bytes; got -1"),
            ("max_streams = 0", "max_streams: expected a whole number of streams, 1 or more; got 0"),
            ('cassettes = ""', "cassettes: expected a folder; got ''"),
            ('match_headers = "a"', "match_headers: expected names of headers; got 'a'"),
            ("match_headers = [' ']", "match_headers: expected names of headers; got [' '] (' ' is not a header name)"),
            (
                'pacing = "fast"',
                "pacing: expected recorded, instant, scaled=X (X > 0) or capped=MS (milliseconds); got 'fast'",
            ),
            (
                "redact_paths = ['.a']",
                "redact_paths: expected paths into JSON bodies; got ['.a'] ('.a' is not a path such as messages.*.id)",
            ),
        ],
    )
    def test_a_wrong_value_says_where_what_was_expected_and_what_came(self, tmp_path, toml, message):
        assert refused(tmp_path, toml) == f"tokentape.toml: {message}"

    def test_a_wrong_pattern_is_told_why(self, tmp_path):
        message = refused(tmp_path, "redact = ['a', '(']")
        assert message.endswith("got ['a', '('] ('(': missing ), unterminated subpattern at position 0)")
        only_for_text = refused(tmp_path, "redact = ['(?u)a']")
        assert only_for_text.endswith("cannot use 'u' flag with a bytes pattern at position 3)")

    def test_the_place_is_named_as_the_user_knows_it(self, tmp_path):
        assert refused(tmp_path, flags={"port": "http"}).startswith("--port: expected a whole number")
        assert refused(tmp_path, flags={"upstreams": ("x",)}).startswith("--upstream: expected upstreams")
        assert refused(tmp_path, environ={"TOKENTAPE_PORT": "tcp://10.0.0.1:80"}) == (
            "environment: TOKENTAPE_PORT: expected a whole number from 0 (any free port) to 65535; "
            "got 'tcp://10.0.0.1:80'"
        )

    @pytest.mark.parametrize(
        ("text", "remark"),
        [
            ("a", "the URL of a must begin with http:// or https:// and name a host"),
            ("a=ftp://h", "the URL of a must begin with http:// or https:// and name a host"),
            ("a=http://h:99999", "Port out of range 0-65535"),
            ("a=http://[::1", "Invalid IPv6 URL"),
            ("@a=http://h", "'@a' is no name for an upstream: letters, digits, . _ and -"),
            (
                "normalized=http://h",
                "'normalized' is no name for an upstream: below /normalized all answers have one format",
            ),
            (
                "a=http://h?key=1",
                "the URL of a may hold no user, password or query: keys travel in the client's headers",
            ),
        ],
    )
    def test_an_upstream_that_cannot_be_one(self, tmp_path, text, remark):
        assert refused(tmp_path, flags={"upstreams": (text,)}).endswith(f"({remark})")

    def test_an_upstream_table_has_two_keys(self, tmp_path):
        message = refused(tmp_path, '[upstreams]\na = {url = "http://h", dialekt = "openai"}')
        assert message.endswith("(a has the unknown key 'dialekt'; an upstream has url and dialect)")

    def test_a_password_in_a_url_is_not_repeated(self, tmp_path):
        message = refused(tmp_path, flags={"upstreams": ("a=http://me:hunter2@h",)})
        assert "hunter2" not in message
        assert "http://***@h" in message
        assert "hunter2" not in refused(tmp_path, flags={"upstreams": ("http://me:hunter2@h",)})

    def test_a_long_value_is_not_repeated_in_full(self, tmp_path):
        assert len(refused(tmp_path, flags={"mode": "x" * 10_000})) < 400

    @pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe"])
    def test_what_is_not_toml_is_refused(self, tmp_path, content):
        (tmp_path / "tokentape.toml").write_bytes(content)
        assert refused(tmp_path).startswith("tokentape.toml: expected TOML; ")

    @pytest.mark.parametrize("content", ["tool = 3\n", "[tool]\ntokentape = 3\n"])
    def test_the_table_in_pyproject_must_be_one(self, tmp_path, content):
        assert refused(tmp_path, content, name="pyproject.toml").endswith(": expected a table; got 3")


class TestHost:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
    def test_loopback_is_fine(self, tmp_path, host):
        assert not load(tmp_path, flags={"host": host}).remote

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "myhost.example", "localhost.evil.example"])
    def test_anything_else_needs_a_yes(self, tmp_path, host):
        assert "--allow-remote" in refused(tmp_path, flags={"host": host})
        assert load(tmp_path, flags={"host": host, "allow_remote": True}).remote
