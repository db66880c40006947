"""Streams that other gateways, recorders and SDKs got wrong. Each test names the reports: owner/repository#number.

The bodies are read whole, byte by byte and cut at random (`heard`), and must say the same. APIs take part in all that
can happen to them; tests/gateway/voices.py knows how each says a text or calls a tool.
"""

import json
import re

import pytest

from gateway.events import BlockDelta, MessageStop, Ping, Provider, StreamEnd, StreamError, Usage
from gateway.reader import read
from gateway.transcript import Transcript
from gateway.wire import MAX_FRAME
from recorder.interaction import COMPLETE, End
from tests.gateway.bodies import MEDIA_TYPES
from tests.gateway.dialects.kinds import anthropic_messages as anthropic
from tests.gateway.dialects.kinds import apis
from tests.gateway.dialects.kinds import bedrock_converse as converse
from tests.gateway.dialects.kinds import cohere_chat as cohere
from tests.gateway.dialects.kinds import gemini_generate as gemini
from tests.gateway.dialects.kinds import ollama_chat as ollama
from tests.gateway.dialects.kinds import openai_chat as chat
from tests.gateway.dialects.kinds import openai_responses as responses
from tests.gateway.stream_rules import problems, timeless
from tests.gateway.voices import CALLERS, VOICES, answer, body_of, frames, heard

LOST = End("upstream_error", "reset")

every_voice = pytest.mark.parametrize("voice", VOICES.values(), ids=VOICES)
every_caller = pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)
every_sse_voice = pytest.mark.parametrize(
    "voice", [pytest.param(voice, id=name) for name, voice in VOICES.items() if voice.wire == "sse"]
)


def of(api, *values, **fields):
    """The events of these values as this API's stream: a voice, a caller, or a module of kinds."""
    path, wire = (api.PATH, api.WIRE) if hasattr(api, "WIRE") else (api.path, api.wire)
    return heard(body_of(wire, values), path, MEDIA_TYPES[wire], **fields)


def message(events):
    (said,) = Transcript.of(events).choices
    return said


def text(events):
    return message(events).text


def calls(events):
    """Name and arguments of each call of the client's."""
    return [(call.name, call.parsed_arguments()) for call in message(events).tool_calls]


def usage(events):
    """The last word on tokens."""
    return [event for event in events if isinstance(event, Usage)][-1]


def errors(events):
    return [event for event in events if isinstance(event, StreamError)]


def is_whole(events):
    """Complete, and everything could be read."""
    return events[-1].outcome == "complete" and problems(events) == []


class TestBytes:
    @every_voice
    def test_characters_that_are_cut_in_two(self, voice):
        """api7/aisix#111, musistudio/claude-code-router#1672, vllm-project/vllm#38732, spiceai/spiceai#12597: a read
        that ends inside a character of several bytes.
        """
        said = "é世👩‍💻\N{COMBINING ACUTE ACCENT}"
        events = of(voice, *voice.says(said, said))
        assert is_whole(events)
        assert text(events) == said + said

    @every_voice
    @pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"], ids=ascii)
    def test_separators_that_end_no_line(self, voice, separator):
        """florimondmanca/httpx-sse#34, Soju06/codex-lb#1010, langgenius/dify#39008: what Python's splitlines takes for
        the end of a line, raw inside JSON.
        """
        said = f"one{separator}two"
        events = of(voice, *voice.says(said, "three"))
        assert is_whole(events)
        assert text(events) == f"{said}three"

    @every_caller
    def test_separators_before_and_in_a_tool_call(self, caller):
        """florimondmanca/httpx-sse#34, langchain-ai/langgraph#2560: the calls after such a character are not lost."""
        arguments = {"text": "a\u2028b\u2029c\x85d"}
        events = of(caller, *caller.calls(("first", json.dumps(arguments, ensure_ascii=False)), ("second", '{"n":1}')))
        assert is_whole(events)
        assert calls(events) == [("first", arguments), ("second", {"n": 1})]

    @every_sse_voice
    @pytest.mark.parametrize("ends", [(b"\r\n",), (b"\r",), (b"\n", b"\r\n", b"\r")], ids=["CRLF", "CR", "mixed"])
    def test_line_ends_of_every_kind_and_no_space(self, voice, ends):
        """Soju06/codex-lb#1011: other ends of lines than LF, and nothing after `data:`."""
        plain = body_of(voice.wire, voice.says("Hel", "lo\\r\n"))
        said = plain.replace(b"data: ", b"data:").split(b"\n\n")
        body = b"".join(frame + ends[number % len(ends)] * 2 for number, frame in enumerate(said[:-1]))
        events = heard(body, voice.path)
        assert text(events) == "Hel" + "lo\\r\n"
        assert [event for event in timeless(events) if not isinstance(event, StreamEnd)] == [
            event for event in timeless(heard(plain, voice.path)) if not isinstance(event, StreamEnd)
        ]

    @every_voice
    @pytest.mark.parametrize("charset", ["", "; charset=iso-8859-1", "; charset=us-ascii"])
    def test_a_charset_that_is_missing_or_wrong(self, voice, charset):
        """open-metadata/OpenMetadata#29531: without a charset, read as Latin-1."""
        body = body_of(voice.wire, voice.says("naïve 世"))
        assert text(heard(body, voice.path, MEDIA_TYPES[voice.wire] + charset)) == "naïve 世"

    @every_voice
    def test_the_last_event_without_its_end(self, voice):
        """microsoft/vscode#330547: the body ends right after the last event, which has the usage, perhaps."""
        *before, last = frames(voice.wire, voice.says("Hello"))
        cut = last if voice.wire == "eventstream" else last.rstrip(b"\n")
        events = heard(b"".join([*before, cut]), voice.path, MEDIA_TYPES[voice.wire])
        whole = of(voice, *voice.says("Hello"))
        assert events[-1].outcome == "complete"
        assert timeless(events)[:-1] == timeless(whole)[:-1]

    def test_usage_in_a_last_event_without_its_end(self):
        """microsoft/vscode#330547: the report on tokens is what was lost."""
        body = body_of("sse", [chat.START, chat.HELLO, chat.STOP, chat.chunk(usage=chat.usage())]).rstrip(b"\n")
        events = heard(body, chat.PATH)
        assert (usage(events).input, usage(events).output, events[-1].outcome) == (12, 5, "complete")

    @every_sse_voice
    @pytest.mark.parametrize(
        "silent", [b"event: ping\n\n", b"retry: 3000\n\n", b"data: \n\n", b"data\n\n", b"id: 7\n\n"]
    )
    def test_events_without_data(self, voice, silent):
        """openai/openai-python#2722, caozhiyuan/copilot-api#88: parsed as JSON, they ended the stream."""
        said = [silent, *(value for each in voice.says("Hel", "lo") for value in (each, silent))]
        events = of(voice, *said)
        assert is_whole(events)
        assert text(events) == "Hello"

    @every_sse_voice
    def test_comments(self, voice):
        """betalgo/openai#472: OpenRouter's comments, parsed as JSON. They keep a connection alive and are no tokens."""
        comment = b": OPENROUTER PROCESSING\n\n"
        events = of(voice, comment, *(value for each in voice.says("Hel", "lo") for value in (each, comment, b":\n\n")))
        assert is_whole(events)
        assert text(events) == "Hello"
        pings = [event for event in events if isinstance(event, Ping)]
        assert len(pings) == 1 + 2 * len(voice.says("Hel", "lo"))


class TestLongEvents:
    @every_voice
    @pytest.mark.parametrize("size", [(1 << 16) + 1, (1 << 17) + 1, (1 << 19) + 1], ids="{:,}".format)
    def test_longer_than_a_buffer(self, voice, size):
        """aio-libs/aiohttp#4453, #2216, openai/openai-go#368, ferro-labs/ai-gateway#129: a line above 64 KiB, 128 KiB
        and 512 KiB raised, or was left out.
        """
        said = ("0123456789abcdef" * (size // 16 + 1))[:size]
        events = of(voice, *voice.says(said, "!"))
        assert is_whole(events)
        assert text(events) == said + "!"

    @pytest.mark.parametrize("name", ["openai.chat", "ollama.chat", "bedrock.converse"])
    def test_of_3_mb(self, name):
        """ansible/ansible-ai-connect-service#2000: left out without a word."""
        voice, said = VOICES[name], "naïve " * 500_000
        events = of(voice, *voice.says(said))
        assert is_whole(events)
        assert text(events) == said

    def test_without_an_end(self):
        """aio-libs/aiohttp#4453: what has no end must fail, but aloud; what came before it is said."""
        endless = b'data: {"choices": [' + b" " * MAX_FRAME
        events = list(read(answer([body_of("sse", [chat.START, chat.HELLO]), endless, b" " * 9], chat.PATH)))
        (error,) = errors(events)
        assert (error.source, error.kind) == ("upstream", "malformed")
        assert "limit" in error.message
        assert (text(events), events[-1].outcome) == ("Hello", "error")


class TestUsage:
    @pytest.mark.parametrize("place", range(4))
    def test_in_a_chunk_without_choices(self, place):
        """BerriAI/litellm#30761, 0xPlaygrounds/rig#1212: `choices: []` before, between or after what is said."""
        values = [chat.START, chat.HELLO, chat.STOP]
        values.insert(place, chat.chunk(usage=chat.usage()))
        events = of(chat, *values, "[DONE]")
        assert is_whole(events)
        assert (text(events), usage(events).total) == ("Hello", 17)

    def test_that_is_null_until_the_end(self):
        """router-for-me/CLIProxyAPI#3077, #3221, Portkey-AI/gateway#934: null in every chunk but the last."""
        values = [{**value, "usage": None} for value in (chat.START, chat.HELLO, chat.STOP)]
        events = of(chat, *values, chat.chunk(usage=chat.usage()), "[DONE]")
        (counted,) = [event for event in events if isinstance(event, Usage)]
        assert (counted.input, counted.output, counted.total) == (12, 5, 17)

    def test_that_grows_with_every_chunk(self):
        """volcano-sh/kthena#202: a running total in every chunk; the last one counts, and null takes nothing back."""
        totals = [chat.usage(completion_tokens=count, total_tokens=12 + count) for count in (1, 2, 3)]
        values = [{**chat.HELLO, "usage": total} for total in (*totals, None)]
        assert (usage(of(chat, *values, chat.STOP, "[DONE]")).output) == 3

    def test_where_groq_has_it(self):
        """Portkey-AI/gateway#1072: usage in `x_groq` of the last chunk ended the process."""
        last = chat.chunk(chat.choice(finish_reason="stop"), x_groq={"id": "req_1", "usage": chat.usage()})
        events = of(chat, chat.START, chat.HELLO, last, "[DONE]")
        assert is_whole(events)
        assert (usage(events).input, usage(events).output) == (12, 5)

    def test_where_mistral_has_it(self):
        """Portkey-AI/gateway#1259: beside the choices of the last chunk."""
        last = chat.chunk(chat.choice(finish_reason="stop"), usage=chat.usage())
        assert usage(of(chat, chat.START, chat.HELLO, last, "[DONE]")).output == 5

    @pytest.mark.parametrize(
        "name", ["openai.chat", "openai.completions", "ollama.chat", "cohere.chat", "bedrock.converse"]
    )
    def test_that_there_is_none_of(self, name):
        """Portkey-AI/gateway#1259: what was not counted is not 0."""
        voice = VOICES[name]
        values = [value for value in voice.says("Hello") if not (isinstance(value, dict) and value.get("usage"))]
        assert not [event for event in of(voice, *values) if isinstance(event, Usage)]

    def test_of_a_cache_is_counted_once(self):
        """langchain-ai/langchainjs#10249, BerriAI/litellm#31069: what message_start and message_delta both say was
        added up, or lost; both are totals. Caches of 5 minutes and an hour stay apart.
        """
        tokens = {
            "input_tokens": 10,
            "cache_read_input_tokens": 200,
            "cache_creation_input_tokens": 30,
            "cache_creation": {"ephemeral_5m_input_tokens": 20, "ephemeral_1h_input_tokens": 10},
            "output_tokens": 1,
        }
        start = {**anthropic.START, "message": {**anthropic.START["message"], "usage": tokens}}
        end = anthropic.ends("end_turn", {**tokens, "output_tokens": 7})
        last = usage(of(anthropic, start, end, anthropic.STOP))
        assert (last.input, last.cache_read, last.cache_write, last.output) == (240, 200, 30, 7)
        assert last.provider["cache_creation"] == tokens["cache_creation"]

    def test_of_a_cache_that_only_the_end_tells(self):
        """BerriAI/litellm#31069, run-llama/llama_index#22311: 0 at first, and then never looked at again."""
        tokens = {"input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0}
        start = {**anthropic.START, "message": {**anthropic.START["message"], "usage": tokens}}
        end = anthropic.ends("end_turn", {"input_tokens": 12, "cache_read_input_tokens": 30, "output_tokens": 7})
        last = usage(of(anthropic, start, end, anthropic.STOP))
        assert (last.input, last.cache_read, last.output) == (42, 30, 7)

    def test_of_a_cache_is_part_of_the_input_everywhere(self):
        """langchain-ai/langchain-litellm#52: some count what was cached in the input, some beside it."""
        cached = {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 80}}
        ends = {
            anthropic: [
                anthropic.START,
                anthropic.ends("end_turn", {"input_tokens": 20, "cache_read_input_tokens": 80, "output_tokens": 5}),
                anthropic.STOP,
            ],
            chat: [chat.HELLO, chat.STOP, chat.chunk(usage=cached), "[DONE]"],
            responses: [
                responses.START,
                responses.response(
                    "completed",
                    usage={
                        "input_tokens": 100,
                        "input_tokens_details": {"cached_tokens": 80},
                        "output_tokens": 5,
                    },
                ),
            ],
            gemini: [
                {
                    **gemini.frame({"text": "Hello"}, finishReason="STOP"),
                    "usageMetadata": {
                        "promptTokenCount": 100,
                        "cachedContentTokenCount": 80,
                        "candidatesTokenCount": 5,
                    },
                }
            ],
            converse: [
                converse.START,
                converse.ends("end_turn"),
                converse.reports(usage={"inputTokens": 20, "cacheReadInputTokens": 80, "outputTokens": 5}),
            ],
        }
        for api, values in ends.items():
            last = usage(of(api, *values))
            assert (last.input, last.cache_read, last.output) == (100, 80, 5), api.API

    def test_that_is_null_in_message_delta(self):
        """Aider-AI/aider#4382: null was added to a number. It takes nothing back."""
        nothing = {"input_tokens": None, "cache_read_input_tokens": None, "output_tokens": 7}
        events = of(anthropic, anthropic.START, anthropic.ends("end_turn", nothing), anthropic.STOP)
        assert is_whole(events)
        assert (usage(events).input, usage(events).cache_read, usage(events).output) == (42, 30, 7)


class TestToolCalls:
    @every_caller
    def test_three_in_parallel(self, caller):
        """maximhq/bifrost#1961, #1982, BerriAI/litellm#5231, #21331, mozilla-ai/any-llm#970: all with index 0."""
        events = of(caller, *caller.calls(("a", '{"n":1}'), ("b", '{"n":2}'), ("a", '{"n":3}')))
        assert is_whole(events)
        assert calls(events) == [("a", {"n": 1}), ("b", {"n": 2}), ("a", {"n": 3})]
        made = message(events).tool_calls
        assert [call.index for call in made] == [0, 1, 2]
        assert len({call.id for call in made}) == 3
        assert message(events).reason == "tool_calls"

    def test_that_a_server_sends_all_with_index_0(self):
        """ai-dynamo/dynamo#4723, maximhq/bifrost#1961: then the ids tell them apart."""
        values = [
            chat.delta(tool_calls=[chat.calls(0, json.dumps({"n": number}), "look", f"call_{number}")])
            for number in range(3)
        ]
        ends = chat.chunk(chat.choice(finish_reason="tool_calls"))
        assert calls(of(chat, chat.START, *values, ends, "[DONE]")) == [("look", {"n": number}) for number in range(3)]

    @pytest.mark.parametrize("name", [name for name, caller in CALLERS.items() if caller.argue])
    def test_whose_arguments_come_in_turns(self, name):
        """praxis-proxy/ai#266, headroomlabs-ai/headroom#2890: a piece went to the call that was spoken of last."""
        caller = CALLERS[name]
        first, second = {"at": "a" * 40, "é": [1, {}]}, {"text": 'b"}\\'}
        events = of(caller, *caller.calls(("a", json.dumps(first)), ("b", json.dumps(second))))
        assert calls(events) == [("a", first), ("b", second)]
        turns = [event.index for event in events if isinstance(event, BlockDelta) and event.kind == "json"]
        assert turns[:4] == [0, 1, 0, 1]

    @pytest.mark.parametrize("name", [name for name, caller in CALLERS.items() if not caller.argue])
    def test_whose_arguments_come_as_an_object(self, name):
        """BerriAI/litellm#25561, #25836, #29491, #36262, #39796: lost on the way from Gemini. They are one delta."""
        caller, arguments = CALLERS[name], {"place": "Zürich", "days": [1, 2.5, None, True]}
        events = of(caller, *caller.calls(("look", json.dumps(arguments))))
        (delta,) = [event for event in events if isinstance(event, BlockDelta)]
        assert (delta.kind, json.loads(delta.payload["text"])) == ("json", arguments)

    def test_of_which_the_list_is_empty(self):
        """BerriAI/litellm#29286: text beside `tool_calls: []` was taken for arguments."""
        said = [chat.delta(content=piece, tool_calls=[]) for piece in ("Hel", "lo")]
        events = of(chat, chat.START, *said, chat.STOP, "[DONE]")
        assert [event.kind for event in events if isinstance(event, BlockDelta)] == ["text", "text"]
        assert (text(events), message(events).tool_calls) == ("Hello", ())

    @every_caller
    def test_without_arguments(self, caller):
        """agentgateway and Portkey make `{}` and `""` of them (seen in their source). None is said; they are `{}`."""
        events = of(caller, *caller.calls(("now", "")))
        assert not [event for event in events if isinstance(event, BlockDelta)]
        assert calls(events) == [("now", {})]

    def test_of_the_servers_between_those_of_the_client(self):
        """BerriAI/litellm#17254: what the provider executed itself was called again, or its arguments joined the call
        before it.
        """
        mine = [anthropic.begins("tool_use", 0, id="toolu_1", name="look", input={})]
        mine += [anthropic.more("input_json_delta", 0, partial_json='{"a":1}'), anthropic.over(0)]
        theirs = [anthropic.begins("server_tool_use", 1, id="srvtoolu_1", name="web_search", input={})]
        theirs += [anthropic.more("input_json_delta", 1, partial_json='{"query":"x"}'), anthropic.over(1)]
        found = anthropic.begins("web_search_tool_result", 2, tool_use_id="srvtoolu_1", content=[])
        ends = [anthropic.over(2), anthropic.ends("tool_use"), anthropic.STOP]
        events = of(anthropic, anthropic.START, *mine, *theirs, found, *ends)
        assert calls(events) == [("look", {"a": 1})]
        blocks = [(block.kind, block.by, block.arguments) for block in message(events).blocks]
        assert blocks[1:] == [("tool_call", "server", '{"query":"x"}'), ("tool_result", None, "")]
        assert message(events).blocks[2].ref == "srvtoolu_1"

    def test_of_the_servers_alone_wait_for_nobody(self):
        """BerriAI/litellm#17254: a search that Responses did itself is no reason to answer it."""
        item = responses.ITEMS["web_search_call"]
        events = of(responses, responses.START, responses.added("web_search_call"), responses.ends())
        assert item["status"] == "completed"
        assert (message(events).tool_calls, message(events).reason) == ((), "stop")


class TestText:
    @every_voice
    @pytest.mark.parametrize(
        "said", [("I", "'m fine"), (" \n", " I'm"), ("\t", "  ", "x "), ("\ufeffa", "\ufeff")], ids=ascii
    )
    def test_from_its_very_first_character(self, voice, said):
        """BerriAI/litellm#20097: "I'm" became "'m"; others trim the first delta."""
        assert text(of(voice, *voice.says(*said))) == "".join(said)

    @pytest.mark.parametrize(
        ("api", "values"),
        [
            (
                anthropic,
                [anthropic.START, anthropic.begins("text", text=" I"), anthropic.more("text_delta", text="'m")],
            ),
            (cohere, [cohere.START, cohere.begins("text", text=" I"), cohere.more(text="'m")]),
            (
                responses,
                [
                    responses.START,
                    responses.MESSAGE,
                    responses.part("added", "output_text", text=" I"),
                    responses.text("delta", delta="'m"),
                ],
            ),
            (chat, [chat.delta(role="assistant", content=" I"), chat.delta(content="'m")]),
        ],
        ids=["anthropic", "cohere", "responses", "chat"],
    )
    def test_that_begins_with_its_block(self, api, values):
        """BerriAI/litellm#20097: what a block's start, or the chunk with the role, already holds."""
        assert text(of(api, *values)) == " I'm"


class TestSignatures:
    def test_of_thinking(self):
        """RooCodeInc/Roo-Code#10351: without its signature, and what is redacted, the next turn is refused."""
        thinking = [
            anthropic.begins("thinking", 0, thinking="", signature=""),
            anthropic.more("thinking_delta", 0, thinking="Hm."),
            anthropic.more("signature_delta", 0, signature="EqkE/+=="),
            anthropic.over(0),
            anthropic.begins("redacted_thinking", 1, data="EmwKAhgB"),
            anthropic.over(1),
        ]
        events = of(anthropic, anthropic.START, *thinking, anthropic.ends("end_turn"), anthropic.STOP)
        open_one, sealed = message(events).blocks
        assert (open_one.text, open_one.signature) == ("Hm.", "EqkE/+==")
        assert (sealed.kind, sealed.provider_type, sealed.provider) == (
            "thinking",
            "redacted_thinking",
            {"data": "EmwKAhgB"},
        )

    def test_of_geminis_parts(self):
        """lbjlaq/Antigravity-Manager#139: each stays with the part that it came with."""
        signed = {**gemini.call("look", id="c-1", args={"a": 1}), "thoughtSignature": "Zmlyc3Q="}
        unsigned = gemini.call("look", id="c-2", args={"a": 2})
        text_part = {"text": "Done.", "thoughtSignature": "c2Vjb25k"}
        events = of(gemini, gemini.frame(signed, unsigned), gemini.frame(text_part, finishReason="STOP"))
        assert [(block.id, block.text, block.signature) for block in message(events).blocks] == [
            ("c-1", "", "Zmlyc3Q="),
            ("c-2", "", None),
            (None, "Done.", "c2Vjb25k"),
        ]


class TestErrors:
    def test_after_status_200(self):
        """envoyproxy/ai-gateway#2697, #2698, BerriAI/litellm#29223, karthink/gptel#1512, Portkey-AI/gateway#741: its
        words were lost, or a good end was made up. tests/gateway/test_invented_streams.py has one of each API.
        """
        value = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "request_id": "req_1"}
        events = of(anthropic, anthropic.START, anthropic.TEXT, anthropic.more("text_delta", text="Hel"), value)
        (error,) = errors(events)
        assert (error.source, error.kind, error.message) == ("provider", "overloaded_error", "Overloaded")
        assert error.provider == value
        assert (text(events), events[-1].outcome, message(events).reason) == ("Hel", "error", None)
        assert message(events).blocks[0].closed is False

    def test_among_chunks_whose_choice_ends_with_it(self):
        """Portkey-AI/gateway#949: an error beside a finish reason is no good end."""
        failed = chat.chunk(chat.choice(finish_reason="error"), error={"code": 502, "message": "Upstream failed"})
        events = of(chat, chat.START, chat.HELLO, failed, "[DONE]")
        (error,) = errors(events)
        assert (error.kind, error.message, events[-1].outcome) == ("502", "Upstream failed", "error")
        assert not [event for event in events if isinstance(event, MessageStop)]

    @pytest.mark.parametrize("media_type", ["application/json", "text/event-stream", "text/plain", ""])
    @pytest.mark.parametrize("status", [200, 400])
    @pytest.mark.parametrize("path", [module.PATH for module in apis().values()])
    def test_as_json_where_a_stream_was_asked_for(self, path, status, media_type):
        """Portkey-AI/gateway#1142, coder/aibridge#56: JSON with an error, in the place of a stream, came out blank."""
        value = {"error": {"type": "invalid_request_error", "message": "No such model"}}
        events = heard(json.dumps(value, indent=2).encode(), path, media_type, status=status)
        (error,) = errors(events)
        assert (error.kind, error.message, error.provider) == ("invalid_request_error", "No such model", value)
        assert error.status == (None if status == 200 else 400)
        assert events[-1].outcome == "error"

    @every_sse_voice
    def test_a_stream_where_json_was_announced(self, voice):
        """Portkey-AI/gateway#1142, the other way round: the body tells what it is."""
        assert text(heard(body_of(voice.wire, voice.says("Hel", "lo")), voice.path, "application/json")) == "Hello"


class TestTruncation:
    @every_voice
    @pytest.mark.parametrize(("end", "kind"), [(COMPLETE, "ended_early"), (LOST, "connection_lost")])
    def test_is_not_taken_for_success(self, voice, end, kind):
        """maximhq/bifrost#5546, #597: the stream stops in mid sentence, with a clean end of the body or without."""
        values = [*voice.before, voice.more("Hel"), voice.more("lo")]
        events = of(voice, *values, end=end)
        (error,) = errors(events)
        assert (error.source, error.kind) == ("upstream", kind)
        assert (text(events), message(events).reason, events[-1].outcome) == ("Hello", None, "truncated")

    @every_voice
    def test_inside_an_event_shows_what_came_of_it(self, voice):
        """maximhq/bifrost#5546: half an event is neither text nor nothing."""
        *before, last = frames(voice.wire, [*voice.before, voice.more("Hel"), voice.more("lo, world")])
        events = heard(b"".join(before) + last[:-12], voice.path, MEDIA_TYPES[voice.wire], end=LOST)
        (half,) = [event for event in events if isinstance(event, Provider) and event.problem]
        assert half.problem.startswith("cut off by the end of the body")
        assert (text(events), events[-1].outcome) == ("Hel", "truncated")

    @pytest.mark.parametrize(
        ("api", "values"),
        [
            (chat, [chat.START, chat.HELLO, chat.STOP]),
            (gemini, [gemini.HELLO, gemini.frame(finishReason="STOP")]),
        ],
        ids=["chat", "gemini"],
    )
    def test_inside_an_event_is_one_where_the_end_of_the_body_is_the_end(self, api, values):
        """maximhq/bifrost#5546: the reason to stop had come, but not all of what follows it, the usage perhaps."""
        whole, half = body_of(api.WIRE, values), b'data: {"usage": {"prom'
        assert heard(whole, api.PATH)[-1].outcome == "complete"
        events = heard(whole + half, api.PATH)
        (error,) = errors(events)
        assert (error.kind, error.message) == ("ended_early", "the body ended inside an event")
        assert (events[-1].outcome, message(events).reason) == ("truncated", None)
        assert heard(whole + b": bye", api.PATH)[-1].outcome == "complete"

    @every_voice
    def test_when_all_was_said_is_none(self, voice):
        """maximhq/bifrost#5546, the other way round: a connection that is reset after the end has taken nothing."""
        if voice.kinds is gemini:
            pytest.skip("has no last event: only a clean end of the body tells")
        assert of(voice, *voice.says("Hello"), end=LOST)[-1].outcome == "complete"

    def test_a_missing_finish_reason_is_not_made_up(self):
        """screenpipe/screenpipe#3616: chat without a finish reason, and with `[DONE]` twice or never."""
        unfinished = of(chat, chat.START, chat.HELLO)
        assert (unfinished[-1].outcome, message(unfinished).reason) == ("truncated", None)
        for ends in (
            [chat.STOP],
            [chat.STOP, "[DONE]"],
            [chat.STOP, "[DONE]", "[DONE]"],
            [chat.STOP, chat.STOP, "[DONE]"],
        ):
            events = of(chat, chat.START, chat.HELLO, *ends)
            assert len([event for event in events if isinstance(event, MessageStop)]) == 1
            assert is_whole(events)


class TestTheFirstToken:
    """api7/aisix#869, vllm-project/guidellm#737, kubernetes-sigs/inference-perf#559, sgl-project/genai-bench#44,
    braintrustdata/braintrust-sdk-javascript#2110: the first byte, an empty delta, or only text was taken for it.
    """

    ROLE, EMPTY = chat.START, chat.delta(content="")
    REPORT, PING = chat.chunk(usage=chat.usage()), b": ping\n\n"

    @pytest.mark.parametrize(
        ("api", "silent", "first"),
        [
            (chat, [chat.START], chat.HELLO),
            (chat, [chat.START, EMPTY, chat.delta(content=None), EMPTY], chat.HELLO),
            (chat, [PING, PING, chat.START], chat.HELLO),
            (chat, [REPORT, chat.START], chat.HELLO),
            (chat, [chat.START], chat.delta(reasoning_content="Hm")),
            (chat, [chat.START, chat.delta(reasoning_content="", content="")], chat.delta(reasoning="Hm")),
            (chat, [chat.START], chat.delta(refusal="I cannot")),
            (chat, [chat.START, chat.CALL], chat.delta(tool_calls=[chat.calls(arguments="{")])),
            (chat, [chat.START], chat.delta(tool_calls=[chat.calls(0, '{"a":1}', "look", "call_1")])),
            (anthropic, [anthropic.START, {"type": "ping"}, anthropic.TEXT], anthropic.more("text_delta", text="Hi")),
            (anthropic, [anthropic.START], anthropic.begins("text", text="Hi")),
            (
                anthropic,
                [anthropic.START, anthropic.begins("thinking", thinking="")],
                anthropic.more("thinking_delta", thinking="Hm"),
            ),
            (
                anthropic,
                [
                    anthropic.START,
                    anthropic.begins("tool_use", id="toolu_1", name="look", input={}),
                    anthropic.more("input_json_delta", partial_json=""),
                ],
                anthropic.more("input_json_delta", partial_json="{"),
            ),
            (responses, [responses.START, responses.MESSAGE, responses.TEXT_PART], responses.text("delta", delta="Hi")),
            (responses, [responses.START, responses.REASONING], responses.summary("text.delta", delta="Hm")),
            (gemini, [gemini.frame({"text": ""}), {"usageMetadata": gemini.USAGE}], gemini.frame({"text": "Hi"})),
            (gemini, [gemini.frame({"text": ""})], gemini.frame({"text": "Hm", "thought": True})),
            (gemini, [gemini.frame({"text": ""})], gemini.frame(gemini.call("look", args={"a": 1}))),
            (ollama, [ollama.line()], ollama.line(thinking="Hm")),
            (ollama, [ollama.line()], ollama.HELLO),
            (cohere, [cohere.START, cohere.TEXT, cohere.more(text="")], cohere.more(text="Hi")),
            (cohere, [cohere.START], cohere.PLAN),
            (converse, [converse.START], converse.more(text="Hi")),
            (converse, [converse.START, converse.CALL], converse.more(toolUse={"input": "{"})),
        ],
    )
    def test_is_the_first_that_says_anything(self, api, silent, first):
        chunks = frames(api.WIRE, [*silent, first])
        end = list(read(answer(chunks, api.PATH, MEDIA_TYPES[api.WIRE])))[-1]
        assert end.ttft == 100 + 10 * len(silent)

    @pytest.mark.parametrize("values", [[], [ROLE], [ROLE, EMPTY], [PING, PING], [REPORT], [ROLE, chat.STOP, "[DONE]"]])
    def test_may_never_come(self, values):
        assert of(chat, *values)[-1].ttft is None


class TestWhatIsNew:
    @every_voice
    def test_fields_and_events_pass_through(self, voice):
        """Closed lists of what may come, in Braintrust's proxy and others (seen in their source)."""
        if voice.wire == "eventstream":
            new = [{"moonrise": {"at": "dusk"}}]
        else:
            new = [{"type": "moonrise", "event_type": "moonrise", "at": "dusk"}]
        values = voice.says("Hel", "lo")
        values[len(values) - len(voice.after("")) : len(values) - len(voice.after(""))] = new
        events = of(voice, *values)
        assert (text(events), events[-1].outcome) == ("Hello", "complete")
        assert re.search("dusk", repr([event for event in events if isinstance(event, Provider)]))

    @pytest.mark.parametrize(
        ("api", "values"),
        [
            (anthropic, [anthropic.START, anthropic.ends("moonrise"), anthropic.STOP]),
            (chat, [chat.HELLO, chat.chunk(chat.choice(finish_reason="moonrise")), "[DONE]"]),
            (responses, [responses.START, responses.ends("incomplete", incomplete_details={"reason": "moonrise"})]),
            (gemini, [gemini.frame({"text": "Hi"}, finishReason="moonrise")]),
            (ollama, [ollama.HELLO, ollama.last("moonrise")]),
            (cohere, [cohere.START, cohere.ends("moonrise")]),
            (converse, [converse.START, converse.ends("moonrise")]),
        ],
        ids=["anthropic", "chat", "responses", "gemini", "ollama", "cohere", "converse"],
    )
    def test_reasons_are_told_in_the_providers_own_word(self, api, values):
        """Closed lists of reasons (Braintrust's proxy): another word was refused."""
        said = message(of(api, *values))
        assert (said.reason, said.provider_reason) == ("other", "moonrise")
