"""Steps of an interaction, told as blocks."""

import importlib
from typing import Any

import pytest

from tests.gateway.dialects.kinds import gemini_interactions as kinds
from tests.gateway.dialects.kinds.gemini_interactions import (
    CREATED,
    KINDS,
    OUTPUT,
    URL_CITATION,
    begins,
    ends,
    more,
    over,
)
from tests.gateway.dialects.telling import deltas, only, told, transcript

DONE = ends("completed")


def said(*values):
    return list(deltas(told(kinds, CREATED, *values, DONE)))


def blocks(*values):
    return [start["kind"] for start in only(told(kinds, CREATED, *values, DONE), "block.start")]


def variants(module: str, table: str) -> dict[str, Any]:
    return vars(importlib.import_module(f"google.genai._gaos.types.interactions.{module}"))[table]


@pytest.mark.parametrize(
    ("module", "table", "label"),
    [
        ("step", "_STEP_VARIANTS", "step.start / {}"),
        ("stepdeltadata", "_STEP_DELTA_DATA_VARIANTS", "step.delta / {}"),
        ("annotation", "_ANNOTATION_VARIANTS", "step.delta / text_annotation_delta / {}"),
        ("content", "_CONTENT_VARIANTS", "step.delta / {}"),
    ],
)
def test_every_member_of_the_sdks_unions_has_its_kind(module, table, label):
    assert {kind for kind in variants(module, table) if label.format(kind) not in KINDS} == set()


class TestContent:
    def test_of_a_step_is_told_alike_in_its_start_and_in_deltas(self):
        whole = begins("thought", summary=[{"type": "text", "text": "Hm."}], signature="SIG")
        pieces = (
            begins("thought"),
            more("thought_summary", content={"type": "text", "text": "Hm."}),
            more("thought_signature", signature="SIG"),
        )
        assert said(whole, over()) == said(*pieces, over()) == [(0, "text", "Hm."), (0, "signature", "SIG")]

    def test_of_another_kind_is_another_block_of_the_same_step(self):
        picture = more("image", data=kinds.PNG, mime_type="image/png")
        values = (
            OUTPUT,
            more("text", text="A"),
            more("text", text="B"),
            picture,
            picture,
            more("text", text="C"),
            over(),
        )
        assert blocks(*values) == ["text", "image", "image", "text"]
        stops = only(told(kinds, CREATED, *values, DONE), "block.stop")
        assert [stop.get("synthesized") for stop in stops] == [True, True, True, None]

    def test_of_sound_goes_on_and_says_its_rate_once(self):
        sound = more("audio", data="UklGRiQA", mime_type="audio/wav", sample_rate=24000)
        assert blocks(OUTPUT, sound, sound) == ["audio"]
        assert [kind for _, kind, _ in said(OUTPUT, sound, sound)] == ["data", "data"]

    def test_that_there_is_none_of_makes_no_block(self):
        assert blocks(OUTPUT, over()) == []

    def test_that_comes_after_the_stop_is_reported(self):
        late = more("arguments_delta", arguments="{}")
        events = told(kinds, CREATED, begins("function_call"), over(), late, DONE)
        assert [event["data"] for event in only(events, "provider") if "problem" in event] == [late]

    def test_may_be_a_picture_of_a_thought(self):
        picture = {"type": "image", "data": kinds.PNG, "mime_type": "image/png"}
        values = begins("thought"), more("thought_summary", content=picture)
        assert said(*values) == [(0, "data", {"base64": kinds.PNG, "mime": "image/png"})]


class TestACall:
    def test_has_its_arguments_in_fragments(self):
        values = (
            begins("function_call", 0, id="fc_1", name="add", arguments={}),
            begins("function_call", 1, id="fc_2", name="mul", arguments={}),
            more("arguments_delta", 0, arguments='{"x":2,'),
            more("arguments_delta", 1, arguments='{"x":3,'),
            more("arguments_delta", 0, arguments='"y":4}'),
            more("arguments_delta", 1, arguments='"y":5}'),
            over(0),
            over(1),
        )
        calls = transcript(kinds, CREATED, *values, ends("requires_action")).choices[0].tool_calls
        assert [(call.id, call.name, call.parsed_arguments()) for call in calls] == [
            ("fc_1", "add", {"x": 2, "y": 4}),
            ("fc_2", "mul", {"x": 3, "y": 5}),
        ]

    def test_of_the_servers_has_them_as_an_object(self):
        asked = {"queries": ["rain"]}
        values = begins("google_search_call", id="s_1"), more("google_search_call", arguments=asked)
        assert said(*values) == [(0, "json", asked)]
        assert transcript(kinds, CREATED, *values, DONE).choices[0].tool_calls == ()

    def test_that_has_them_in_its_start_may_say_them_again(self):
        asked = {"queries": ["rain"]}
        values = begins("google_search_call", id="s_1", arguments=asked), more("google_search_call", arguments=asked)
        assert said(*values) == [(0, "json", asked)]

    @pytest.mark.parametrize(
        "values",
        [
            [begins("function_call", arguments={"x": 1}), more("arguments_delta", arguments='{"x":1}')],
            [begins("function_call"), more("arguments_delta", arguments='{"x":1}'), more("-", arguments={"x": 1})],
            [begins("google_search_call", arguments={"x": 1}), more("google_search_call", arguments={"x": 2})],
        ],
    )
    def test_cannot_have_them_twice(self, values):
        events = told(kinds, CREATED, *values, DONE)
        assert said(*values)[0] == (0, "json", {"x": 1})
        [strange] = [event for event in only(events, "provider") if "problem" in event]
        assert strange["data"] == values[-1]


class TestAResult:
    def test_is_text_where_it_is_one(self):
        values = begins("code_execution_result", call_id="x_1"), more("code_execution_result", result="42")
        [start] = only(told(kinds, CREATED, *values, DONE), "block.start")
        assert (start["kind"], start["ref"]) == ("tool_result", "x_1")
        assert said(*values) == [(0, "text", "42")]

    def test_is_said_once_where_start_and_delta_have_it(self):
        found = [{"url": "https://a.example/x", "status": "success"}]
        values = begins("url_context_result", result=found), more("url_context_result", result=found)
        assert said(*values) == [(0, "provider", {"result": found})]


class TestAnAnnotation:
    def test_is_a_citation_with_what_has_no_name_of_ours(self):
        values = OUTPUT, more("text", text="Paris"), more("text_annotation_delta", annotations=[URL_CITATION])
        assert said(*values)[1] == (
            0,
            "citation",
            {
                "url": "https://a.example/x",
                "title": "A",
                "start": 3,
                "end": 9,
                "provider": {"type": "url_citation"},
            },
        )

    def test_keeps_both_of_two_names(self):
        place = {"type": "place_citation", "title": "A café", "name": "Café"}
        values = OUTPUT, more("text", text="Hm", annotations=[place])
        _, (_, _, citation) = said(*values)
        assert {citation["title"], citation["provider"].get("title", citation["provider"].get("name"))} == {
            "A café",
            "Café",
        }


class TestAStreamTakenUpAgain:
    def test_within_a_step_goes_on_with_it(self):
        values = more("text", text="lo"), over(), begins("thought", 1), over(1)
        events = told(kinds, *values, DONE)
        assert only(events, "message.start") == [{"choice": 0}]
        assert {"name": "interaction", "data": {"id": "v1_1", "model": "gemini-3-flash"}} in only(events, "provider")
        assert [start["kind"] for start in only(events, "block.start")] == ["text", "thinking"]
        assert only(events, "stream.end")[0]["outcome"] == "complete"

    @pytest.mark.parametrize(
        ("delta", "kind"),
        [
            (more("thought_signature", signature="SIG"), "thinking"),
            (more("arguments_delta", arguments="{"), "tool_call"),
            (more("google_search_call", arguments={"q": 1}), "tool_call"),
            (more("google_search_result", result=[]), "tool_result"),
            (more("hologram", depth=3), "other"),
        ],
    )
    def test_knows_the_step_by_its_delta(self, delta, kind):
        [start] = only(told(kinds, delta), "block.start")
        assert start["kind"] == kind
