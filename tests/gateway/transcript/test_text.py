"""A transcript as a person reads it."""

from gateway.transcript import Transcript, transcript_lines
from tests.gateway.transcript.conversation import block, end, error, message, say, start, stop, usage


def shown(*lines):
    return "\n".join(transcript_lines(Transcript.of(say(*lines))))


def test_a_conversation_with_all_kinds_of_blocks():
    assert (
        shown(
            start(),
            message(),
            block(0, "thinking", "The user wants\nthe weather.", ("signature", {"value": "c2ln"})),
            block(1, "tool_call", ("json", {"text": '{"q":"Paris"}'}), id="s1", name="search", by="server"),
            block(2, "tool_result", id="r1", ref="s1", provider_type="web_search_tool_result"),
            block(3, "text", "It is sunny.", ("citation", {"citation": {"title": "News", "url": "https://a.example"}})),
            block(4, "tool_call", ("json_patch", {"path": "$.city", "value": "Rome"}), name="weather", by="client"),
            block(5, "audio", ("data", {"base64": "AAE=", "mime": "audio/wav"}), ("transcript", {"text": "Hello"})),
            usage(input=12, output=7, reasoning=3, provider={}),
            stop("tool_calls", "tool_use"),
            end(ttft=312.04),
        )
        == """\
acme  acme.chat  m
assistant:
  thinking signed
    The user wants
    the weather.
  tool_call search s1 by the provider
    {"q":"Paris"}
  tool_result r1 web_search_tool_result for s1
  text
    It is sunny.
    cites News - https://a.example
  tool_call weather
    {"city": "Rome"}
  audio
    Hello
    2 bytes of audio/wav
  stop: tool_calls (tool_use)
tokens: input 12, output 7, reasoning 3
ended: complete, first token after 312.0 ms"""
    )


def test_a_cut_stream_of_two_choices():
    assert (
        shown(
            start(),
            message(0),
            message(1, role=None),
            block(0, "text", "Done."),
            block(1, "tool_call", ("json_patch", {"path": "?", "value": 1}), name="f", choice=1, closed=False),
            error("connection_lost", "gone", "upstream"),
            end("truncated"),
        )
        == """\
acme  acme.chat  m
assistant 0:
  text
    Done.
  no stop: it was not finished
message 1:
  tool_call f (cut off)
    the arguments of f are no JSON: expected a path like $.user.tags[0], got '?', and the stream ended inside them
  no stop: it was not finished
error (upstream): connection_lost: gone
ended: truncated"""
    )


def test_a_stream_that_goes_on():
    assert shown(start(model=None)) == "acme  acme.chat\nended: not yet"


def test_what_a_stranger_said_cannot_harm_the_terminal():
    nasty = "\x1b[2J\tred\u202e\ud83d\r"
    lines = shown(
        start(model=nasty),
        message(role=nasty),
        block(0, "text", nasty + "\nsecond line" + "x" * 500, name=nasty),
        stop("other", nasty),
        error(nasty, nasty),
    )
    assert not {"\x1b", "\t", "\r", "\u202e", "\ud83d"} & set(lines)
    assert "    \\x1b[2J" in lines
    assert "\n    second line" + "x" * 500 + "\n" in lines
