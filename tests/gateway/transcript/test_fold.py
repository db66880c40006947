"""Events to a transcript."""

import base64

from gateway.events import Usage
from gateway.transcript import Block, Message, Transcript
from tests.gateway.transcript.conversation import block, delta, end, error, message, say, start, stop, usage


def only_block(*deltas, kind="text", **fields):
    transcript = Transcript.of(say(start(), message(), block(0, kind, *deltas, **fields)))
    return transcript.choices[0].blocks[0]


def test_nothing_said_is_an_empty_transcript():
    assert Transcript.of([]) == Transcript()


def test_a_whole_conversation():
    transcript = Transcript.of(
        say(
            start(),
            message(id="msg_1", model="m-1"),
            block(0, "thinking", "Let me ", "see.", ("signature", {"value": "c2ln"})),
            block(1, "text", "Hello", " world"),
            block(
                2, "tool_call", ("json", {"text": '{"a"'}), ("json", {"text": ":1}"}), id="t1", name="f", by="client"
            ),
            usage(input=5, output=1, provider={}),
            usage(input=5, output=9, provider={}),
            stop("tool_calls", "tool_use"),
            end(ttft=12.5),
        )
    )
    assert transcript == Transcript(
        provider="acme",
        api="acme.chat",
        model="m",
        choices=(
            Message(
                choice=0,
                role="assistant",
                id="msg_1",
                model="m-1",
                blocks=(
                    Block(index=0, kind="thinking", text="Let me see.", signature="c2ln", closed=True),
                    Block(index=1, kind="text", text="Hello world", closed=True),
                    Block(
                        index=2, kind="tool_call", id="t1", name="f", by="client", arguments='{"a":1}', closed=True
                    ),
                ),
                reason="tool_calls",
                provider_reason="tool_use",
            ),
        ),
        usage=Usage(seq=16, t=16.0, input=5, output=9, provider={}),
        outcome="complete",
        ttft=12.5,
    )  # fmt: skip


def test_interleaved_blocks_of_two_choices_come_apart():
    first, second = block(0, "text", closed=False), block(1, "text", closed=False, choice=1)
    texts = [delta(0, "text", text="a"), delta(1, "text", text="x"), delta(0, "text", text="b")]
    transcript = Transcript.of(
        say(start(), message(1), second, message(0), first, texts, stop("length", choice=1), stop("stop"), end())
    )
    assert [(each.choice, each.text, each.reason) for each in transcript.choices] == [
        (0, "ab", "stop"),
        (1, "x", "length"),
    ]


def test_a_cut_stream_has_what_came():
    transcript = Transcript.of(
        say(
            start(),
            message(),
            block(0, "text", "Hel", closed=False),
            error("connection_lost", "gone", "upstream"),
            end("truncated"),
        )
    )
    (said,) = transcript.choices
    assert (said.text, said.reason, said.blocks[0].closed) == ("Hel", None, False)
    assert transcript.error.kind == "connection_lost"
    assert transcript.outcome == "truncated"


def test_halves_of_a_character_in_two_deltas_are_joined():
    assert only_block("Hi \ud83d", "\ude00!").text == "Hi 😀!"
    assert only_block("alone \ud83d").text == "alone \ud83d"
    assert (
        only_block(("json", {"text": '"\ud83d'}), ("json", {"text": '\ude00"'}), kind="tool_call").arguments == '"😀"'
    )


def test_citations_keep_their_order():
    citations = [{"url": "https://a.example"}, {"title": "B"}]
    assert only_block("text", *(("citation", {"citation": each}) for each in citations)).citations == tuple(citations)


def piece(data, **fields):
    return "data", {"base64": base64.b64encode(data).decode(), **fields}


def test_data_is_joined_whether_its_pieces_are_padded_or_not():
    assert only_block(kind="audio").data is None
    assert only_block(piece(b"ab"), piece(b"cdef"), piece(b"g"), kind="audio").data == b"abcdefg"
    cut = base64.b64encode(b"abcdefg").decode()
    pieces = [("data", {"base64": cut[start : start + 3]}) for start in range(0, len(cut), 3)]
    assert only_block(*pieces, kind="audio").data == b"abcdefg"
    assert only_block(("data", {"base64": "YWJjZ"}), kind="audio", closed=False).data == b"abc"


def test_a_sketch_is_replaced_by_what_follows_it():
    sketches = [piece(b"one", partial=0), piece(b"two", partial=1, mime="image/png")]
    assert only_block(*sketches, kind="image").data == b"two"
    assert only_block(*sketches, piece(b"three"), kind="image").data == b"three"
    assert only_block(*sketches, kind="image").mime == "image/png"


def test_a_sound_has_its_transcript():
    said = only_block(("transcript", {"text": "Good "}), piece(b"\x00"), ("transcript", {"text": "day"}), kind="audio")
    assert (said.transcript, said.data) == ("Good day", b"\x00")


def test_what_a_block_is_stands_in_it():
    said = only_block(kind="tool_result", ref="t1", provider_type="web_search_tool_result", provider={"content": []})
    assert (said.ref, said.provider_type, said.provider) == ("t1", "web_search_tool_result", {"content": []})
