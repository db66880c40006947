"""Who enters a percentile, who is only counted, and who never shares a group."""

import pytest

from gateway.metrics.quantities import QUANTITIES
from gateway.metrics.summary import DIMENSIONS, Summary, summarize
from tests.gateway.metrics.samples import sample


def only(samples, by=()):
    (group,) = summarize(samples, by)
    return group


def test_latencies_are_those_of_whole_streams_and_all_are_counted():
    group = only(
        [
            sample(100_000),
            sample(300_000),
            sample(7, status="error", error="overloaded_error"),
            sample(7, status="incomplete", error="timeout"),
            sample(7, status="incomplete", error="timeout"),
            sample(7, status="aborted"),
            sample(7, streamed=False),
        ]
    )
    assert (group.n, group.counted, group.not_streamed) == (7, 2, 1)
    assert group.statuses == {"ok": 3, "error": 1, "incomplete": 2, "aborted": 1}
    assert group.errors == {"timeout": 2, "overloaded_error": 1}
    assert list(group.quantities["ttft"].ordered) == [100_000, 300_000]
    assert {distribution.n for name, distribution in group.quantities.items() if name != "icl"} == {2}


def test_gaps_are_pooled_and_token_times_are_one_for_each_stream():
    group = only([sample(gaps=(10, 30)), sample(gaps=(50,), tokens_out=None), sample(gaps=())])
    assert list(group.quantities["icl"].ordered) == [10, 30, 50]
    assert list(group.quantities["itl"].ordered) == [20]
    assert list(group.quantities["tps"].ordered) == [50_000]
    assert group.quantities["tokens_out"].n == 2


def test_stalls_are_added_up():
    assert only([sample(gaps=(10, 10, 2_000_000)), sample()]).stalls == 1


def test_what_was_replayed_is_never_among_what_was_live():
    groups = summarize([sample(1, replayed=True), sample(2), sample(3)], by=())
    assert [(each.source, each.n, each.key) for each in groups] == [("live", 2, {}), ("replay", 1, {})]


def test_the_first_stream_of_a_connection_is_tagged():
    connections = [sample(new_connection=new) for new in (True, False, False, None)]
    assert only(connections).connections == {"new": 1, "reused": 2, "unknown": 1}
    assert [each.key["connection"] for each in summarize(connections, ["connection"])] == ["new", "reused", "unknown"]


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (["provider"], [{"provider": "acme"}]),
        (["model"], [{"model": ""}, {"model": "m-1"}]),
        (["model", "cassette"], [{"model": "", "cassette": "b"}, {"model": "m-1", "cassette": "a"}]),
        (["cassette", "model"], [{"cassette": "a", "model": "m-1"}, {"cassette": "b", "model": ""}]),
        (["status", "api"], [{"status": "ok", "api": "acme.chat"}]),
    ],
)
def test_groups_go_by_what_is_asked_for(by, keys):
    groups = summarize([sample(cassette="b", model=None), sample()], by)
    assert [each.key for each in groups] == keys
    assert [list(each.key) for each in groups] == [by] * len(groups)


def test_nothing_gives_no_group():
    assert Summary().groups() == []


def test_every_dimension_is_a_text():
    assert all(isinstance(get(sample(model=None, new_connection=None)), str) for get in DIMENSIONS.values())


def test_order_does_not_matter():
    samples = [sample(ttft, cassette=cassette) for ttft in (5, 3, 9) for cassette in "ab"]
    assert summarize(samples, ["cassette"]) == summarize(samples[::-1], ["cassette"])


def test_titles_name_the_variant():
    assert QUANTITIES["itl"].title == "itl (per stream, by usage)"
    assert QUANTITIES["icl"].title == "icl (pooled over gaps)"
    assert [each.name for each in QUANTITIES.values() if each.more_is_better] == ["tps"]
