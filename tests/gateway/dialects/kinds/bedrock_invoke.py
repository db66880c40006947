"""Bedrock's InvokeModel: what the models of each family say in its envelope, and exceptions.

Each value has one field, the message's name, which is in the message's headers.
"""

from tests.gateway.dialects.kinds import bedrock_converse as converse
from tests.gateway.eventstream import chunk

API = "bedrock.invoke"
PATH = "/model/anthropic.claude/invoke-with-response-stream"
WIRE = "eventstream"

METRICS = {
    "amazon-bedrock-invocationMetrics": {
        "inputTokenCount": 13,
        "outputTokenCount": 10,
        "invocationLatency": 678,
        "firstByteLatency": 342,
        "cacheReadInputTokenCount": 2,
    }
}

CLAUDE = [
    {
        "type": "message_start",
        "message": {
            "id": "msg_bdrk_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-sonnet-5",
            "content": [],
            "usage": {"input_tokens": 22, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 12}},
    {"type": "message_stop", **METRICS},
]
COMPLETE = [
    {"completion": " Hello", "stop_reason": None, "stop": None},
    {"completion": "", "stop_reason": "stop_sequence", "stop": "\n\nHuman:", **METRICS},
]
NOVA = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Hello"}}},
    {"contentBlockStop": {"contentBlockIndex": 0}},
    {"messageStop": {"stopReason": "end_turn"}},
    {
        "metadata": {
            "usage": {"inputTokens": 5, "outputTokens": 10, "cacheReadInputTokenCount": 3},
            "metrics": {},
            "trace": {},
        },
        **METRICS,
    },
]
TITAN = [
    {"outputText": "Hel", "index": 0, "completionReason": None, "inputTextTokenCount": 13},
    {
        "outputText": "lo",
        "index": 0,
        "totalOutputTextTokenCount": 10,
        "completionReason": "FINISH",
        "inputTextTokenCount": None,
        **METRICS,
    },
]
LLAMA = [
    {"generation": "Hel", "prompt_token_count": 18, "generation_token_count": 1, "stop_reason": None},
    {
        "generation": "lo",
        "prompt_token_count": None,
        "generation_token_count": 2,
        "stop_reason": "stop",
        **METRICS,
    },
]
MISTRAL = [
    {"outputs": [{"text": "Hel", "stop_reason": None}]},
    {"outputs": [{"text": "lo", "stop_reason": "length"}], **METRICS},
]
MISTRAL_CHAT = [
    {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hel"}, "stop_reason": None}]},
    {"choices": [{"index": 0, "message": {"role": "assistant", "content": "lo"}, "stop_reason": "stop"}], **METRICS},
]
DEEPSEEK = [
    {"choices": [{"index": 0, "text": "Hel", "stop_reason": None}]},
    {"choices": [{"index": 0, "text": "lo", "stop_reason": "length"}], **METRICS},
]
GPT_OSS = [
    {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "openai.gpt-oss-20b-1:0",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hel"}}],
    },
    {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "openai.gpt-oss-20b-1:0",
        "choices": [{"index": 0, "delta": {"content": "lo"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9},
        **METRICS,
    },
]
COMMAND_R = [
    {"event_type": "text-generation", "text": "Hello", "is_finished": False},
    {
        "event_type": "stream-end",
        "finish_reason": "COMPLETE",
        "is_finished": True,
        "response": {
            "response_id": "response_1",
            "generation_id": "generation_1",
            "text": "Hello",
            "finish_reason": "COMPLETE",
            "meta": {"tokens": {"input_tokens": 71, "output_tokens": 10}},
        },
        **METRICS,
    },
]
COMMAND = [
    {"text": "Hel", "is_finished": False},
    {"text": "lo", "is_finished": False},
    {"finish_reason": "COMPLETE", "is_finished": True, **METRICS},
]
COMMAND_AT_ONCE = [
    {
        "id": "response_1",
        "generations": [{"id": "generation_1", "text": "Hello", "finish_reason": "MAX_TOKENS"}],
        "prompt": "Greet me",
        **METRICS,
    }
]

FAMILIES = {
    "Anthropic Messages": CLAUDE,
    "Anthropic complete": COMPLETE,
    "Amazon Nova": NOVA,
    "Amazon Titan": TITAN,
    "Meta Llama": LLAMA,
    "Mistral": MISTRAL,
    "Mistral, chat": MISTRAL_CHAT,
    "DeepSeek": DEEPSEEK,
    "OpenAI": GPT_OSS,
    "Cohere Command R": COMMAND_R,
    "Cohere Command": COMMAND,
    "Cohere Command, at once": COMMAND_AT_ONCE,
}

KINDS: dict[str, list[object]] = {
    **{f"chunk / {family}": [chunk(said) for said in stream] for family, stream in FAMILIES.items()},
    "chunk / a model that nobody knows": [chunk({"moonrise": "dusk"})],
    **{kind: [chunk(CLAUDE[0]), converse.fails(kind, **fields)] for kind, fields in converse.EXCEPTIONS.items()},
}
