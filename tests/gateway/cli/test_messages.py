"""What a gateway says before and after."""

from pathlib import Path

from gateway.cli.messages import conclusion, introduction
from gateway.health import Report
from gateway.settings import Config, UpstreamSpec

CASSETTE = Path("cassettes/default.cassette")
QUIET = {"recorded": 0, "replayed": 0, "missed": 0, "aborted": 0, "misses": (), "degraded": None}


def test_mode_and_why_and_cassette():
    assert list(introduction(Config(mode="replay", mode_source="CI is set"), CASSETTE)) == [
        "mode replay (CI is set), cassette cassettes/default.cassette"
    ]
    assert list(introduction(Config(mode="live", mode_source="flag"), CASSETTE)) == ["mode live (flag), no cassette"]


def test_upstreams_that_were_configured():
    config = Config(upstreams=(UpstreamSpec("local", "http://127.0.0.1:9"),))
    assert list(introduction(config, CASSETTE))[1:] == ["upstream /local -> http://127.0.0.1:9"]


def test_faults_are_told_before_somebody_wonders():
    assert list(introduction(Config(faults="cut@frame=4"), CASSETTE))[1:] == ["faults in what is replayed: cut@frame=4"]


def test_a_gateway_that_others_can_reach_is_warned_of():
    lines = list(introduction(Config(host="0.0.0.0", allow_remote=True), CASSETTE))
    assert lines[1].startswith("warning: listening on 0.0.0.0")


def test_what_was_done():
    assert list(conclusion(Report(**{**QUIET, "recorded": 2, "replayed": 3}), CASSETTE)) == [
        "recorded 2, replayed 3, missed 0 in cassettes/default.cassette"
    ]


def test_without_a_cassette_none_is_named():
    assert list(conclusion(Report(**{**QUIET, "aborted": 1}), None)) == ["no cassette was used, cut short 1"]


def test_what_went_wrong():
    report = Report(
        **{
            **QUIET,
            "missed": 1,
            "aborted": 2,
            "misses": ("no interaction matches.\nDiffers at body.model",),
            "degraded": "the disk is full",
            "refused": ("POST /v1/chat has bodies over the limit",),
        }
    )
    assert list(conclusion(report, CASSETTE)) == [
        "missed: no interaction matches.",
        "  Differs at body.model",
        "not recorded: POST /v1/chat has bodies over the limit",
        "recorded 0, replayed 0, missed 1, cut short 2 in cassettes/default.cassette",
        "recording stopped working: the disk is full",
    ]


def test_faults_are_told_once_with_their_number():
    report = Report(
        **QUIET, faults=2, fault_texts=("cut at frame 4", "not applied: end at byte 9: x", "cut at frame 4")
    )
    assert list(conclusion(report, CASSETTE)) == [
        "fault cut at frame 4: 2 times",
        "fault not applied: end at byte 9: x",
        "recorded 0, replayed 0, missed 0, faults 2 in cassettes/default.cassette",
    ]


def test_the_same_miss_is_explained_once():
    report = Report(**{**QUIET, "missed": 3, "misses": ("a\nb", "c", "a\nb")})
    assert list(conclusion(report, CASSETTE))[:-1] == ["missed 2 times: a", "  b", "missed: c"]
