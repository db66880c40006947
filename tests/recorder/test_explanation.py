"""The texts of misses, whole: what is read by somebody whose test has just failed."""

import json
import textwrap
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from recorder.explanation import Asked, explain
from recorder.interaction import End, Request
from recorder.matching import Matcher
from recorder.mismatch import mismatch_of
from recorder.nearest import Stored
from tests.recorder.test_mismatch import form, requests
from tests.scaling import assert_linear

HEAD = 'No stored answer for POST /v1/chat (upstream acme) on the cassette "greeting" (1 interaction).\n'
NEAREST = "The nearest is interaction 0, POST /v1/chat (upstream acme). "
REMEDY = "To record this request: tokentape run --mode new_episodes --cassette greeting -- pytest"
WHOLE = "Decided by the JSON body, which counts as a whole"

ARGUMENTS = '{"city": "Paris", "year": 2024}'
CHAT: dict[str, Any] = {
    "model": "large-1",
    "messages": [
        {"role": "system", "content": "You are a patient teacher of geography."},
        {"role": "user", "content": "What is the capital of France, and how many people live there today?"},
        {
            "role": "assistant",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "population", "arguments": ARGUMENTS}},
                {"id": "call_2", "type": "function", "function": {"name": "area", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "2.1 million"},
    ],
    "temperature": 0.7,
    "tools": [{"type": "function", "function": {"name": name}} for name in ("population", "area")],
    "stream": True,
}


def chat(upstream: str = "acme", target: str = "/v1/chat", **changes: Any) -> Request:
    return Request(upstream, "POST", target, body=json.dumps(CHAT | changes).encode())


def messages(**changes: Any) -> Request:
    """The chat with messages changed: `m1` is the second."""
    return chat(messages=[changes.get(f"m{place}", message) for place, message in enumerate(CHAT["messages"])])


def said(request: Request, *stored: Request | Stored, matcher: Matcher | None = None, missing: str = "") -> str:
    matcher = matcher or Matcher()
    candidates = [each if isinstance(each, Stored) else Stored(index, each) for index, each in enumerate(stored)]
    asked = Asked(request, matcher, "greeting", len(stored), REMEDY.partition(": ")[2], missing)
    return explain(asked, mismatch_of(request, candidates, matcher))


def inner(text: str) -> str:
    """A miss without the lines that are the same in all."""
    assert text.startswith(HEAD + NEAREST)
    assert text.endswith("\n" + REMEDY)
    return text.removeprefix(HEAD + NEAREST).removesuffix("\n" + REMEDY)


def expected(text: str) -> str:
    return textwrap.dedent(text).strip()


def test_another_model() -> None:
    assert said(chat(model="small-1"), chat()) == expected("""
        No stored answer for POST /v1/chat (upstream acme) on the cassette "greeting" (1 interaction).
        The nearest is interaction 0, POST /v1/chat (upstream acme). It differs in 1 place:
          body.model:
            stored:  "large-1"
            request: "small-1"
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["model"].
        To record this request: tokentape run --mode new_episodes --cassette greeting -- pytest
        """)


def test_another_system_prompt_in_the_middle_of_a_long_text() -> None:
    def system(city: str) -> Request:
        text = "Answer in one sentence. " * 50 + f"Today you are in {city}. " + "Be kind. " * 50
        return messages(m0={"role": "system", "content": text})

    assert inner(said(system("Paris"), system("Rome"))) == expected("""
        It differs in 1 place:
          body.messages[0].content:
            stored:  …nswer in one sentence. Today you are in Rome. Be kind. Be kind. Be kind. Be kind. Be kind. Be kind. Be kind. Be kind. Be…
            request: …nswer in one sentence. Today you are in Paris. Be kind. Be kind. Be kind. Be kind. Be kind. Be kind. Be kind. Be kind. B…
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["messages[0].content"].
        """)  # noqa: E501 - the text of a miss


def test_a_time_stamp_in_a_prompt() -> None:
    def system(now: str) -> Request:
        return messages(m0={"role": "system", "content": f"It is {now}. Be brief."})

    assert inner(said(system("2026-11-21T09:12:00Z"), system("2026-11-20T18:00:03Z"))) == expected("""
        It differs in 1 place:
          body.messages[0].content (differs only in dates or times):
            stored:  "It is 2026-11-20T18:00:03Z. Be brief."
            request: "It is 2026-11-21T09:12:00Z. Be brief."
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["messages[0].content"].
        """)


def test_a_tool_more() -> None:
    weather = {"type": "function", "function": {"name": "weather"}}
    assert inner(said(chat(tools=[CHAT["tools"][0], weather, CHAT["tools"][1]]), chat())) == expected("""
        It differs in 1 place:
          body.tools[1]: only in the request
            request: {"type": "function", "function": {"name": "weather"}}
        Decided by the JSON body, which counts as a whole.
        """)
    assert inner(said(chat(tools=CHAT["tools"][:1]), chat())) == expected("""
        It differs in 1 place:
          body.tools[1]: only in the stored request
            stored:  {"type": "function", "function": {"name": "area"}}
        Decided by the JSON body, which counts as a whole.
        """)


def test_tools_in_another_order() -> None:
    assert inner(said(chat(tools=CHAT["tools"][::-1]), chat())) == expected("""
        It differs in 1 place:
          body.tools: only the order differs; the request has the stored items as [1], [0]
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["tools"].
        """)


def tool_calls(
    first: str = "call_1", second: str = "call_2", result: str = "call_1", arguments: str = ARGUMENTS
) -> Any:
    functions = {"name": "population", "arguments": arguments}, {"name": "area", "arguments": "{}"}
    calls = [
        {"id": call, "type": "function", "function": function}
        for call, function in zip((first, second), functions, strict=True)
    ]
    return {
        "m2": {"role": "assistant", "tool_calls": calls},
        "m3": {"role": "tool", "tool_call_id": result, "content": "2.1 million"},
    }


def test_the_order_of_arguments_in_a_tool_call() -> None:
    assert inner(said(messages(**tool_calls(arguments='{"year": 2024, "city": "Paris"}')), chat())) == expected(r"""
        It differs in 1 place:
          body.messages[2].tool_calls[0].function.arguments (both are the same JSON: only the order of members or the white space differs):
            stored:  "{\"city\": \"Paris\", \"year\": 2024}"
            request: "{\"year\": 2024, \"city\": \"Paris\"}"
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["messages[2].tool_calls[0].function.arguments"].
        """)  # noqa: E501 - the text of a miss


def test_tool_call_ids_that_are_renamed_are_the_same_request() -> None:
    renamed = messages(**tool_calls("toolu_9", "toolu_8", "toolu_9"))
    assert said(renamed, chat()).splitlines()[1].startswith("Interaction 0 is the same request")


def test_tool_call_ids_that_are_renamed_where_they_count_exactly() -> None:
    renamed = messages(**tool_calls("toolu_9", "call_2", "toolu_9"))
    assert inner(said(renamed, chat(), matcher=Matcher(tool_call_ids="exact"))) == expected("""
        It differs in 2 places:
          body.messages[2].tool_calls[0].id:
            stored:  "call_1"
            request: "toolu_9"
          body.messages[3].tool_call_id:
            stored:  "call_1"
            request: "toolu_9"
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["messages[2].tool_calls[0].id", "messages[3].tool_call_id"].
        """)  # noqa: E501 - the text of a miss


def test_a_result_that_belongs_to_another_tool_call() -> None:
    assert inner(said(messages(**tool_calls(result="call_2")), chat())) == expected("""
        It differs in 1 place:
          body.messages[3].tool_call_id (tool-call ids may have any names, but this one belongs to another call):
            stored:  the id of tool call 1
            request: the id of tool call 2
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["messages[3].tool_call_id"].
        """)


def test_another_temperature() -> None:
    assert inner(said(chat(temperature=1.0), chat(temperature=1))) == expected("""
        It differs in 1 place:
          body.temperature (the same number, written in another way):
            stored:  1
            request: 1.0
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["temperature"].
        """)


def test_a_field_that_a_new_release_of_an_sdk_adds() -> None:
    assert inner(said(chat(service_tier="auto"), chat())) == expected("""
        It differs in 1 place:
          body.service_tier: only in the request
            request: "auto"
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["service_tier"].
        """)


def test_a_header_that_counts() -> None:
    beta = Matcher(headers=("acme-beta",))
    asked, stored = (replace(chat(), headers=(("Acme-Beta", value),)) for value in ("tools-2", "tools-1"))
    assert inner(said(asked, stored, matcher=beta)) == expected("""
        It differs in 1 place:
          headers.acme-beta (differs only in numbers):
            stored:  "tools-1"
            request: "tools-2"
        Decided by the header acme-beta, which counts because of match_headers.
        """)


def test_an_image_more() -> None:
    question = CHAT["messages"][1]["content"]
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "iVBORw0KGgo" * 9000}}
    asked = messages(m1={"role": "user", "content": [{"type": "text", "text": question}, image]})
    assert inner(said(asked, chat())) == expected("""
        It differs in 1 place:
          body.messages[1].content (the same text, as part of a list):
            stored:  "What is the capital of France, and how many people live there today?"
            request: [{"type": "text", "text": "What is the capital of France, and how many people live there today?"}, {"type": "image_url",…
        Decided by the JSON body, which counts as a whole; if harmless: match_ignore = ["messages[1].content"].
        """)  # noqa: E501 - the text of a miss
    stored = messages(m1={"role": "user", "content": [{"type": "text", "text": question}]})
    assert inner(said(asked, stored)) == expected("""
        It differs in 1 place:
          body.messages[1].content[1]: only in the request
            request: {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgoiVBORw0KGgoiVBORw0KGgoiVBORw0KGgoiVBORw0KGg…
        Decided by the JSON body, which counts as a whole.
        """)  # noqa: E501 - the text of a miss


def test_a_longer_history() -> None:
    more = [{"role": "assistant", "content": "2.1 million."}, {"role": "user", "content": "And of Peru?"}]
    assert inner(said(chat(messages=[*CHAT["messages"], *more]), chat())) == expected("""
        It differs in 1 place:
          body.messages[4..5]: only in the request
            request: [{"content": "2.1 million.", "role": "assistant"}, {"content": "And of Peru?", "role": "user"}]
        Decided by the JSON body, which counts as a whole.
        """)


def test_a_history_that_is_longer_in_front_and_changed_behind() -> None:
    system, question, *rest = CHAT["messages"]
    call = {"id": "call_0", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    more = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_0", "content": "10:00"},
    ]
    changed = {"role": "tool", "tool_call_id": "call_1", "content": "2.2 million"}
    assert inner(said(chat(messages=[system, *more, question, rest[0], changed]), chat())) == expected("""
        It differs in 2 places:
          body.messages[1..3]: only in the request
            request: [{"content": "Hello", "role": "user"}, {"role": "assistant", "tool_calls": [{"type": "function", "function": {"arguments…
          body.messages[6].content (body.messages[3].content of the stored request) (differs only in numbers):
            stored:  "2.1 million"
            request: "2.2 million"
        Decided by the JSON body, which counts as a whole.
        """)  # noqa: E501 - the text of a miss


def keyed(token: str | None) -> Request:
    return replace(chat(), headers=(("x-tokentape-key", token),) if token else ())


@pytest.mark.parametrize(
    ("asked", "stored", "line"),
    [
        ("11111111", "22222222", "the request came with another key than the stored one"),
        (
            "11111111",
            None,
            "the request came with a key, the stored one without (or it was recorded without match_key)",
        ),
        (None, "22222222", "the request came without a key, the stored one with one"),
    ],
)
def test_another_key(asked: str | None, stored: str | None, line: str) -> None:
    text = said(keyed(asked), keyed(stored), matcher=Matcher(key=True))
    assert inner(text) == (
        f"It differs in 1 place:\n  key: {line}\nDecided by the key, which counts since match_key is on."
    )
    assert "1111" not in text
    assert "2222" not in text


def test_another_part_of_a_form() -> None:
    asked, stored = (form(("model", b"whisper"), ("file", data)) for data in (b"RIFF\x00\xff\x1b[2J", b"RIFF\x01"))
    assert said(asked, stored) == expected(r"""
        No stored answer for POST /v1/audio (upstream acme) on the cassette "greeting" (1 interaction).
        The nearest is interaction 0, POST /v1/audio (upstream acme). It differs in 1 place:
          parts.file.content:
            stored:  "RIFF\u0001"
            request: "RIFF\u0000\\xff\u001b[2J"
        Decided by the parts of the form, which all count; if harmless: match_ignore = ["parts.file.content"].
        To record this request: tokentape run --mode new_episodes --cassette greeting -- pytest
        """)


def test_another_query_and_another_path_and_another_upstream() -> None:
    assert said(chat("apex", target="/v2/chat?beta=true"), chat()) == expected("""
        No stored answer for POST /v2/chat?beta=true (upstream apex) on the cassette "greeting" (1 interaction).
        The nearest is interaction 0, POST /v1/chat (upstream acme). It differs in 3 places:
          upstream:
            stored:  "acme"
            request: "apex"
          path (differs only in numbers):
            stored:  "/v1/chat"
            request: "/v2/chat"
          query.beta: only in the request
            request: "true"
        Decided by the upstream, which always counts.
        Decided by the path, which always counts.
        Decided by the query, which counts as a whole; if harmless: match_ignore = ["query.beta"].
        To record this request: tokentape run --mode new_episodes --cassette greeting -- pytest
        """)


def test_bytes_that_are_no_json() -> None:
    asked, stored = (Request("acme", "POST", "/v1/chat", body=body) for body in (b"RIFF\x00", b"RIFF\x01\x02"))
    assert inner(said(asked, stored)) == expected(r"""
        It differs in 1 place:
          body:
            stored:  "RIFF\u0001\u0002"
            request: "RIFF\u0000"
        Decided by the bytes of the body, which all count since it is no plain JSON (6 stored, 5 in the request).
        """)


def test_many_differences() -> None:
    asked, stored = (
        Request("acme", "POST", "/v1/chat", body=json.dumps(dict.fromkeys("abcdefghijklmnop", side)).encode())
        for side in (True, False)
    )
    lines = inner(said(asked, stored)).splitlines()
    assert lines[0] == "It differs in 16 places:"
    assert lines[1:4] == ["  body.a:", "    stored:  false", "    request: true"]
    assert lines[19:] == ["  and in: body.g, body.h, body.i, body.j, body.k, body.l, ...", f"{WHOLE}."]


def test_one_that_has_been_played_already() -> None:
    text = said(chat(model="small-1"), Stored(0, chat(), played=True))
    assert text.splitlines()[1] == (
        "The nearest is interaction 0, POST /v1/chat (upstream acme), which has been played already. "
        "It differs in 1 place:"
    )


def test_a_function_is_named() -> None:
    text = said(chat(model="small-1"), chat(), matcher=Matcher(function=without_model))
    assert "is the same request" in text
    text = said(chat(seed=1), chat(), matcher=Matcher(function=without_model))
    assert inner(text).splitlines()[-2] == (
        "Both were compared as the match function tests.recorder.test_explanation.without_model made them."
    )


def without_model(request: Request) -> Request:
    return replace(request, body=json.dumps(json.loads(request.body) | {"model": ""}).encode())


def test_an_empty_cassette_and_none() -> None:
    assert said(chat()) == (
        'No stored answer for POST /v1/chat (upstream acme): the cassette "greeting" is empty.\n' + REMEDY
    )
    assert said(chat(), missing="cassettes/greeting.cassette") == (
        'No stored answer for POST /v1/chat (upstream acme): the cassette "greeting" does not exist '
        "(cassettes/greeting.cassette).\n" + REMEDY
    )


def test_answers_that_have_been_given() -> None:
    assert said(chat(), Stored(0, chat(), played=True)) == (
        f"{HEAD}Interaction 0 is the same request, but its answer has been given, and none is given twice "
        f"(repeat = never).\n{REMEDY}"
    )
    text = said(chat(), *[Stored(index, chat(), played=True) for index in range(3)], chat(model="small-1"))
    assert text.splitlines()[1] == (
        "Interactions 0, 1, 2 are the same request, but their 3 answers have all been given, and none is given twice "
        "(repeat = never)."
    )
    text = said(chat(), *[Stored(index, chat(), played=True) for index in range(30)])
    assert "11 and 18 more are the same request, but their 30 answers" in text


def test_a_recording_that_did_not_end_complete() -> None:
    assert said(chat(), Stored(0, chat(), End("upstream_error", "reset"))) == (
        f"{HEAD}Interaction 0 is the same request, but its recording did not end complete (upstream_error, reset), "
        f"so it is never played.\n{REMEDY}"
    )


def test_nothing_that_a_terminal_obeys_is_shown() -> None:
    hostile = "\x1b]0;owned\x07\r\n\u202eevil\x9b"
    text = said(
        chat(hostile, f"/v1/{hostile}?{hostile}", **{hostile: 1}, model=hostile),
        Stored(0, chat(target="/" + hostile), End("upstream_error", hostile)),
        Stored(1, form((hostile, hostile.encode()))),
    )
    assert all(line.isprintable() for line in text.split("\n"))
    text = said(chat(), Stored(0, chat(), End("upstream_error", hostile)))
    assert all(line.isprintable() for line in text.split("\n"))


def test_it_takes_time_in_proportion() -> None:
    def work(size: int) -> None:
        one = [{"role": "user", "content": f"question {number}"} for number in range(size)]
        two = [{"role": "user", "content": f"another {number}"} for number in range(size)]
        said(chat(messages=[*one, *two]), chat(messages=[*two[1:], *one]), chat(messages=two), chat(messages=[]))

    assert_linear(work, 200)


@settings(max_examples=50)
@given(requests, requests)
def test_a_miss_is_never_an_error_and_never_endless(asked: Request, stored: Request) -> None:
    text = said(asked, stored, matcher=Matcher(("a.*",), ("content-type",), key=True))
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text.split("\n")) <= 35
