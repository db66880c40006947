import json
import time
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.interaction import Request
from recorder.matching import Matcher
from recorder.mismatch import explain, nearest

HINT = "--mode new_episodes --cassette greeting (of tokentape run or serve)"

CHAT: dict[str, Any] = {
    "model": "large-1",
    "messages": [
        {"role": "system", "content": "You are a patient teacher of geography."},
        {"role": "user", "content": "What is the capital of France, and how many people live there today?"},
    ],
    "temperature": 0.7,
    "tools": [{"type": "function", "function": {"name": "population"}}],
    "stream": True,
}


def chat(upstream: str = "acme", target: str = "/v1/chat", **changes: Any) -> Request:
    return Request(upstream, "POST", target, body=json.dumps(CHAT | changes).encode())


def said(request: Request, *stored: Request, matcher: Matcher | None = None) -> str:
    mismatch = nearest(request, list(enumerate(stored)), matcher or Matcher())
    return explain(request, mismatch, cassette="greeting", count=len(stored), hint=HINT)


def test_another_model() -> None:
    assert said(chat(model="small-1"), chat()) == (
        'No stored answer for POST /v1/chat (upstream acme) on cassette "greeting" (1 interaction).\n'
        "The nearest is interaction 0, POST /v1/chat (upstream acme). Differs at body.model:\n"
        '  stored:  "large-1"\n'
        '  request: "small-1"\n'
        "To record this request: --mode new_episodes --cassette greeting (of tokentape run or serve)"
    )


def test_the_documentation_shows_a_miss_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "matching.md").read_text()
    assert said(chat(model="small-1"), chat()) in page


def differs(text: str) -> list[str]:
    """The lines that tell the difference: place, stored value, value asked, and what else there is."""
    lines = text.splitlines()[1:-1]
    return [lines[0].partition("Differs at ")[2], *(line.strip() for line in lines[1:])]


def test_another_system_prompt_is_shown_where_it_differs() -> None:
    system = {"role": "system", "content": "You are a patient teacher of geology."}
    assert differs(said(chat(messages=[system, CHAT["messages"][1]]), chat())) == [
        "body.messages[0].content:",
        'stored:  "You are a patient teacher of geography."',
        'request: "You are a patient teacher of geology."',
    ]


def test_a_long_text_is_cut_around_the_difference() -> None:
    before, after = "word " * 2000, " word" * 2000
    assert differs(said(chat(system=f"{before}Paris{after}"), chat(system=f"{before}Rome{after}"))) == [
        "body.system:",
        "stored:  …word word word word word word word word Rome" + after[:76] + "…",
        "request: …word word word word word word word word Paris" + after[:75] + "…",
    ]


def test_a_tool_more() -> None:
    tools = [*CHAT["tools"], {"type": "function", "function": {"name": "area"}}]
    assert differs(said(chat(tools=tools), chat())) == [
        "body.tools[1]:",
        "stored:  nothing",
        'request: {"function": {"name": "area"}, "type": "function"}',
    ]


def test_no_tools() -> None:
    assert (
        differs(said(chat(), Request("acme", "POST", "/v1/chat", body=b'{"model":"large-1"}')))[0] == "body.messages:"
    )


def test_another_temperature() -> None:
    assert differs(said(chat(temperature=1.0), chat(temperature=1))) == [
        "body.temperature:",
        "stored:  1",
        "request: 1.0",
    ]


def test_a_longer_history() -> None:
    longer = [
        *CHAT["messages"],
        {"role": "assistant", "content": "Paris."},
        {"role": "user", "content": "And of Peru?"},
    ]
    assert differs(said(chat(messages=longer), chat())) == [
        "body.messages[2]:",
        "stored:  nothing",
        'request: {"content": "Paris.", "role": "assistant"}',
        "Also different: body.messages[3]",
    ]


def test_only_the_order() -> None:
    tools = [{"name": "area"}, {"name": "population"}]
    assert differs(said(chat(tools=tools[::-1]), chat(tools=tools)))[-1] == (
        "Both hold the same values, in another order."
    )


def test_another_path_and_another_query() -> None:
    assert differs(said(chat(target="/v1/messages"), chat())) == [
        "path:",
        'stored:  "/v1/chat"',
        'request: "/v1/messages"',
    ]
    assert differs(said(chat(target="/v1/chat?beta=true"), chat())) == [
        "query.beta:",
        "stored:  nothing",
        'request: "true"',
    ]


def test_another_upstream() -> None:
    assert differs(said(chat(upstream="apex"), chat()))[0] == "upstream:"


def test_a_header_that_counts() -> None:
    asked = Request("acme", "GET", "/v1/models", (("X-Version", "2"),))
    stored = Request("acme", "GET", "/v1/models", (("x-version", "1"),))
    assert differs(said(asked, stored, matcher=Matcher(headers=("x-version",))))[0] == "headers.x-version[0]:"


def test_bytes_that_are_no_json() -> None:
    asked, stored = (Request("acme", "POST", "/upload", body=body) for body in (b"RIFF\x00\xff\x1b[2J", b"RIFF\x01"))
    assert differs(said(asked, stored)) == [
        "body:",
        'stored:  "RIFF\\u0001"',
        'request: "RIFF\\u0000\\\\xff\\u001b[2J"',
    ]


def test_tool_call_ids_that_belong_together_differently() -> None:
    def twice(first: str, second: str) -> Request:
        calls = [{"id": "a", "function": {}}, {"id": "b", "function": {}}]
        results = [{"role": "tool", "tool_call_id": first}, {"role": "tool", "tool_call_id": second}]
        return chat(messages=[{"role": "assistant", "tool_calls": calls}, *results])

    assert differs(said(twice("b", "a"), twice("a", "b")))[:3] == [
        "body.messages[1].tool_call_id:",
        "stored:  tool call 1",
        "request: tool call 2",
    ]


def test_nothing_stored() -> None:
    assert said(chat()) == (
        'No stored answer for POST /v1/chat (upstream acme): cassette "greeting" is empty, or there is no such file.\n'
        "To record one: --mode new_episodes --cassette greeting (of tokentape run or serve)"
    )


def test_all_answers_given() -> None:
    assert said(chat(), chat(model="small-1"), chat()).splitlines()[1] == (
        "Interaction 1 is the same request, but has no answer left to give: either each was given once already "
        "(repeat = never), or its recording did not end complete. See: tokentape cassette show greeting"
    )


def test_the_nearest_is_the_one_with_most_in_common() -> None:
    stored = [chat(model="small-1", temperature=1), chat(model="small-1"), chat(messages=[])]
    mismatch = nearest(chat(), list(enumerate(stored)), Matcher())
    assert mismatch is not None
    assert (mismatch.index, mismatch.path) == (1, "body.model")


def test_the_nearest_is_not_the_one_that_only_looks_alike() -> None:
    reordered = Request(
        "acme", "POST", "/v1/chat", body=json.dumps(dict(reversed(CHAT.items())) | {"stream": 1}).encode()
    )
    alike = chat(messages=[{"role": "user", "content": CHAT["messages"][1]["content"]}], tools=[], temperature=0.8)
    mismatch = nearest(chat(), [(0, alike), (1, reordered)], Matcher())
    assert mismatch is not None
    assert (mismatch.index, mismatch.path) == (1, "body.stream")


def test_something_inserted_in_front_does_not_hide_the_nearest() -> None:
    asked = chat(messages=[{"role": "user", "content": "Hello"}, *CHAT["messages"]])
    stored = [chat(model="small-1", messages=[{"role": "user", "content": "Bye"}]), chat()]
    mismatch = nearest(asked, list(enumerate(stored)), Matcher())
    assert mismatch is not None
    assert mismatch.index == 1


def test_what_is_ignored_is_never_the_difference() -> None:
    asked, stored = chat(metadata={"run": "1"}, model="small-1"), chat(metadata={"run": "2"})
    assert differs(said(asked, stored, matcher=Matcher(ignore=("metadata.*",))))[0] == "body.model:"


def test_nothing_that_a_terminal_obeys_is_shown() -> None:
    hostile = "\x1b]0;owned\x07\r\n\u202eevil\x9b"
    text = said(
        chat(**{hostile: 1}, model=hostile, target=f"/v1/{hostile}", upstream=hostile),
        chat(target="/" + hostile),
    )
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text.split("\n")) == 6


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
bodies = st.binary() | json_values.map(lambda value: json.dumps(value).encode())
requests = st.builds(Request, st.text(), st.text(), st.text(), st.just(()), bodies)


@settings(max_examples=50)
@given(asked=requests, stored=st.lists(requests, max_size=3))
def test_a_difference_is_told_exactly_when_fingerprints_differ(asked: Request, stored: list[Request]) -> None:
    matcher = Matcher()
    mismatch = nearest(asked, list(enumerate(stored)), matcher)
    if mismatch is None:
        assert not stored
    else:
        same = matcher.fingerprint(asked) == matcher.fingerprint(mismatch.stored)
        assert same == (mismatch.path == "")
        assert same or mismatch.expected
    text = explain(asked, mismatch, cassette="greeting", count=len(stored), hint=HINT)
    assert all(line.isprintable() for line in text.split("\n"))


def test_a_thousand_large_candidates_take_no_time_to_speak_of() -> None:
    words = "the quick brown fox jumps over the lazy dog " * 50
    history = [{"role": "user", "content": words + str(number)} for number in range(45)]
    stored = [(number, chat(messages=[*history, {"role": "user", "content": f"{number}"}])) for number in range(1000)]
    asked = chat(messages=[*history, {"role": "user", "content": "612"}], temperature=0.2)
    start = time.perf_counter()
    mismatch = nearest(asked, stored, Matcher())
    took = time.perf_counter() - start
    assert mismatch is not None
    assert (mismatch.index, mismatch.path, len(asked.body) > 100_000) == (612, "body.temperature", True)
    assert took < 3  # 0.3 s here
