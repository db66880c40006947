"""The worked example of docs/ttft.md, as each API that has thinking would stream it.

0.30   the first frame: a role, or what else stands at the beginning
0.50   the first of 19 pieces of thinking, 80 ms apart
2.00   the first of 21 pieces of text, 100 ms apart
4.00   the last of these; with it the usage, 100 tokens in all, and what ends the stream
"""

from typing import NamedTuple

from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from tests.gateway.dialects.kinds import MEDIA_TYPES, framed
from tests.gateway.eventstream import chunk

__all__ = ["EXAMPLES", "TEXT_AT", "THINKING_AT", "Example"]

THINKING_AT = [500_000 + 80_000 * number for number in range(19)]
TEXT_AT = [2_000_000 + 100_000 * number for number in range(21)]


class Example(NamedTuple):
    """One API's frames, as JSON values: the first, those of a piece of thinking and of text, and those at the end."""

    path: str
    wire: str
    first: list
    thinking: list
    text: list
    end: list

    @property
    def interaction(self) -> Interaction:
        """The stream; each piece comes in a read of its own, the end with the last of them."""
        reads = [
            (300_000, self.first),
            *((at, self.thinking) for at in THINKING_AT),
            *((at, self.text) for at in TEXT_AT),
        ]
        reads[-1] = (reads[-1][0], [*self.text, *self.end])
        chunks = tuple(Chunk(at, b"".join(framed(self.wire, frame) for frame in frames)) for at, frames in reads)
        head = Response(200, (("content-type", MEDIA_TYPES[self.wire]),))
        return Interaction(Request("example", "POST", self.path), head, 280_000, chunks, COMPLETE, 4_020_000)


def _claude(kind, **fields):
    return {"type": kind, **fields}


_CLAUDE_BLOCKS = {
    "thinking": [_claude("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm. "})],
    "text": [_claude("content_block_delta", index=1, delta={"type": "text_delta", "text": "Yes. "})],
}
_CLAUDE_FIRST = [
    _claude(
        "message_start",
        message={"role": "assistant", "model": "m", "content": [], "usage": {"input_tokens": 20, "output_tokens": 1}},
    ),
    _claude("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""}),
    _claude("content_block_start", index=1, content_block={"type": "text", "text": ""}),
]
_CLAUDE_END = [
    _claude("content_block_stop", index=0),
    _claude("content_block_stop", index=1),
    _claude("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 100}),
    _claude("message_stop"),
]


def _chat(reason=None, usage=None, **delta):
    shown = {"usage": usage} if usage else {}
    return {"model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **shown}


_CHAT_USAGE = {"prompt_tokens": 20, "completion_tokens": 100, "total_tokens": 120}


def _response(status, **fields):
    return {
        "type": f"response.{status}",
        "response": {"id": "r", "model": "m", "status": status, "output": [], **fields},
    }


def _gemini(*parts, **fields):
    return {"modelVersion": "m", "candidates": [{"content": {"role": "model", "parts": list(parts)}, **fields}]}


def _step(kind, index, **fields):
    return {"event_type": f"step.{kind}", "index": index, **fields}


def _ollama(message, **fields):
    return {"model": "m", "message": {"role": "assistant", "content": "", **message}, "done": False, **fields}


def _cohere(kind, message=None, **fields):
    return {"type": kind, **({"delta": {"message": message}} if message else {}), **fields}


def _converse(index, delta):
    return {"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}}


EXAMPLES = {
    "anthropic.messages": Example(
        "/v1/messages", "sse", _CLAUDE_FIRST, _CLAUDE_BLOCKS["thinking"], _CLAUDE_BLOCKS["text"], _CLAUDE_END
    ),
    "bedrock.invoke": Example(
        "/model/m/invoke-with-response-stream",
        "eventstream",
        [chunk(said) for said in _CLAUDE_FIRST],
        [chunk(said) for said in _CLAUDE_BLOCKS["thinking"]],
        [chunk(said) for said in _CLAUDE_BLOCKS["text"]],
        [chunk(said) for said in _CLAUDE_END],
    ),
    "openai.chat": Example(
        "/v1/chat/completions",
        "sse",
        [_chat(role="assistant", content="")],
        [_chat(reasoning_content="Hm. ")],
        [_chat(content="Yes. ")],
        [_chat("stop"), {"model": "m", "choices": [], "usage": _CHAT_USAGE}, "[DONE]"],
    ),
    "openai.chat, parts": Example(
        "/v1/chat/completions",
        "sse",
        [_chat(role="assistant", content="")],
        [_chat(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "Hm. "}]}])],
        [_chat(content="Yes. ")],
        [_chat("stop", _CHAT_USAGE, content=""), "[DONE]"],
    ),
    "openai.responses": Example(
        "/v1/responses",
        "sse",
        [_response("created"), _response("in_progress")],
        [{"type": "response.reasoning_text.delta", "item_id": "rs", "output_index": 0, "delta": "Hm. "}],
        [{"type": "response.output_text.delta", "item_id": "msg", "output_index": 1, "delta": "Yes. "}],
        [_response("completed", usage={"input_tokens": 20, "output_tokens": 100})],
    ),
    "gemini.generate_content": Example(
        "/v1beta/models/m:streamGenerateContent",
        "sse",
        [_gemini()],
        [_gemini({"text": "Hm. ", "thought": True})],
        [_gemini({"text": "Yes. "})],
        [
            _gemini(finishReason="STOP")
            | {"usageMetadata": {"promptTokenCount": 20, "candidatesTokenCount": 42, "thoughtsTokenCount": 58}}
        ],
    ),
    "gemini.interactions": Example(
        "/v1beta/interactions",
        "sse",
        [
            {"event_type": "interaction.created", "interaction": {"id": "i", "model": "m", "status": "in_progress"}},
            _step("start", 0, step={"type": "thought"}),
            _step("start", 1, step={"type": "model_output"}),
        ],
        [_step("delta", 0, delta={"type": "thought_summary", "content": {"type": "text", "text": "Hm. "}})],
        [_step("delta", 1, delta={"type": "text", "text": "Yes. "})],
        [
            {
                "event_type": "interaction.completed",
                "interaction": {
                    "id": "i",
                    "status": "completed",
                    "usage": {"total_input_tokens": 20, "total_output_tokens": 42, "total_thought_tokens": 58},
                },
            }
        ],
    ),
    "ollama.chat": Example(
        "/api/chat",
        "ndjson",
        [_ollama({})],
        [_ollama({"thinking": "Hm. "})],
        [_ollama({"content": "Yes. "})],
        [_ollama({}, done=True, done_reason="stop", prompt_eval_count=20, eval_count=100)],
    ),
    "ollama.generate": Example(
        "/api/generate",
        "ndjson",
        [{"model": "m", "response": "", "done": False}],
        [{"model": "m", "response": "", "thinking": "Hm. ", "done": False}],
        [{"model": "m", "response": "Yes. ", "done": False}],
        [
            {
                "model": "m",
                "response": "",
                "done": True,
                "done_reason": "stop",
                "prompt_eval_count": 20,
                "eval_count": 100,
            }
        ],
    ),
    "cohere.chat": Example(
        "/v2/chat",
        "sse",
        [
            _cohere("message-start", {"role": "assistant"}, id="m1"),
            _cohere("content-start", {"content": {"type": "thinking", "thinking": ""}}, index=0),
            _cohere("content-start", {"content": {"type": "text", "text": ""}}, index=1),
        ],
        [_cohere("content-delta", {"content": {"thinking": "Hm. "}}, index=0)],
        [_cohere("content-delta", {"content": {"text": "Yes. "}}, index=1)],
        [
            {
                "type": "message-end",
                "delta": {
                    "finish_reason": "COMPLETE",
                    "usage": {"tokens": {"input_tokens": 20, "output_tokens": 100}},
                },
            }
        ],
    ),
    "bedrock.converse": Example(
        "/model/m/converse-stream",
        "eventstream",
        [{"messageStart": {"role": "assistant"}}],
        [_converse(0, {"reasoningContent": {"text": "Hm. "}})],
        [_converse(1, {"text": "Yes. "})],
        [
            {"messageStop": {"stopReason": "end_turn"}},
            {"metadata": {"usage": {"inputTokens": 20, "outputTokens": 100, "totalTokens": 120}}},
        ],
    ),
}
"""By the API's name; what comes after a comma is another way to say it."""
