"""What streams are told apart by, and by how much of it at most."""

import pytest

from gateway.exports.labels import MODELS, Labels, error_type
from tests.gateway.exports.streams import COMMON, ended, failed, replayed


def test_a_stream_is_told_by_what_the_conventions_name():
    assert Labels().of(ended()) == COMMON
    assert Labels().of(replayed()) == COMMON | {"tokentape.source": "replay"}


def test_a_provider_has_the_name_that_it_has_there():
    assert Labels().of(ended({"provider": "gemini"}))["gen_ai.provider.name"] == "gcp.gemini"


def test_what_is_not_known_is_absent():
    bare = Labels().of(ended({"model": None}, asked_model=None, server_address="", server_port=0))
    assert set(COMMON) - set(bare) == {
        "gen_ai.request.model",
        "gen_ai.response.model",
        "server.address",
        "server.port",
    }


def test_only_so_many_models_are_told_apart():
    labels = Labels()
    told = {labels.of(ended(asked_model=f"model-{number}"))["gen_ai.request.model"] for number in range(10 * MODELS)}
    assert len(told) == MODELS + 1
    assert told >= {"model-0", f"model-{MODELS - 1}", "other"}
    assert labels.of(ended(asked_model="model-0"))["gen_ai.request.model"] == "model-0"
    later = labels.of(ended(asked_model="model-late"))
    assert (later["gen_ai.request.model"], later["gen_ai.response.model"]) == ("other", "other")
    assert later["gen_ai.provider.name"] == "openai"


def test_pairs_count_so_that_two_lists_of_names_do_not_multiply():
    labels = Labels()
    told = set()
    for asked in range(20):
        for answered in range(20):
            told.add(tuple(labels.of(ended({"model": f"b{answered}"}, asked_model=f"a{asked}")).values()))
    assert len(told) == MODELS + 1


@pytest.mark.parametrize("name", ["x" * 129, "a\nb", "\x1b[31m", "\ud800", "a\u2028b", "\u202eevil"])
def test_a_name_that_is_none_is_other(name):
    labels = Labels().of(ended({"model": name}, asked_model=name))
    assert (labels["gen_ai.request.model"], labels["gen_ai.response.model"]) == ("other", "other")


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (ended(), None),
        (ended({"status": "error", "error": "overloaded_error"}), "overloaded_error"),
        (ended({"status": "error", "http_status": 429}), "429"),
        (ended({"status": "incomplete"}), "incomplete"),
        (ended({"status": "aborted"}), "aborted"),
        (ended({"status": "error", "error": "x" * 200}), "other"),
        (failed("upstream_timeout", 504), "upstream_timeout"),
    ],
    ids=["ok", "by the provider", "status", "cut off", "left", "endless", "by the gateway"],
)
def test_why_a_stream_has_failed(stream, kind):
    assert error_type(stream) == kind
    assert Labels().error(stream) == ({"error.type": kind} if kind else {})


def test_only_so_many_errors_are_told_apart():
    labels = Labels()
    told = {labels.error(failed(f"kind-{number}", 500))["error.type"] for number in range(500)}
    assert len(told) == 51
    assert "other" in told
