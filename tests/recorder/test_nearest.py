import json
import time
from typing import Any

from recorder.interaction import Request
from recorder.matching import Matcher
from recorder.nearest import Stored, nearest

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


def chat(**changes: Any) -> Request:
    return Request("acme", "POST", "/v1/chat", body=json.dumps(CHAT | changes).encode())


def place(asked: Request, *stored: Request, played: tuple[int, ...] = ()) -> int | None:
    candidates = [Stored(index, request, played=index in played) for index, request in enumerate(stored)]
    found = nearest(asked, candidates, Matcher())
    return found.index if found else None


def test_of_none_there_is_none() -> None:
    assert place(chat()) is None


def test_the_one_with_most_in_common() -> None:
    assert place(chat(), chat(model="small-1", temperature=1), chat(model="small-1"), chat(messages=[])) == 1


def test_not_the_one_that_only_looks_alike() -> None:
    reordered = Request(
        "acme", "POST", "/v1/chat", body=json.dumps(dict(reversed(CHAT.items())) | {"stream": 1}).encode()
    )
    alike = chat(messages=[{"role": "user", "content": CHAT["messages"][1]["content"]}], tools=[], temperature=0.8)
    assert place(chat(), alike, reordered) == 1


def test_something_inserted_in_front_does_not_hide_it() -> None:
    asked = chat(messages=[{"role": "user", "content": "Hello"}, *CHAT["messages"]])
    assert place(asked, chat(model="small-1", messages=[{"role": "user", "content": "Bye"}]), chat()) == 1


def test_of_equals_the_one_that_has_not_been_played() -> None:
    assert place(chat(), chat(seed=1), chat(seed=2), chat(seed=3), played=(0,)) == 1
    assert place(chat(), chat(seed=1), chat(seed=2, top_k=1), played=(0,)) == 0


def test_a_change_at_either_end_and_one_within_do_not_hide_it_among_many() -> None:
    history = [{"role": "user", "content": f"question {number} of a long talk"} for number in range(30)]
    others = [chat(model=f"m{number}", messages=history[number + 1 :], user=f"u{number}") for number in range(28)]
    asked = chat(model="another", messages=[history[0], {"role": "user", "content": "Hm"}, *history[1:]], user="ann")
    assert place(asked, *others, chat(messages=history, user="bob")) == 28


def test_a_thousand_large_candidates_take_no_time_to_speak_of() -> None:
    words = "the quick brown fox jumps over the lazy dog " * 50
    history = [{"role": "user", "content": words + str(number)} for number in range(45)]
    stored = [chat(messages=[*history, {"role": "user", "content": f"{number}"}]) for number in range(1000)]
    asked = chat(messages=[*history, {"role": "user", "content": "612"}], temperature=0.2)
    start = time.perf_counter()
    assert place(asked, *stored) == 612
    assert len(asked.body) > 100_000
    assert time.perf_counter() - start < 3  # 0.4 s here
