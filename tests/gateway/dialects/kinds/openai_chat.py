"""Chat completions: the fields of OpenAI's chunks, and what compatible servers add to them or say in their own way."""

API = "openai.chat"
PATH = "/v1/chat/completions"
WIRE = "sse"

HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1781082258, "model": "gpt-5"}
SEARCHED = {"title": "Pi", "url": "https://pi.example", "date": "2026-03-14", "snippet": "3.14", "source": "web"}
CITED = {"url": "https://pi.example", "title": "Pi", "content": "3.14", "start_index": 0, "end_index": 4}


def chunk(*choices, **fields):
    return {**HEAD, "choices": list(choices), **fields}


def choice(index=0, finish_reason=None, **fields):
    return {"index": index, "delta": {}, "finish_reason": finish_reason, **fields}


def delta(index=0, **fields):
    return chunk(choice(index, delta=fields))


def calls(index=0, arguments="", name=None, call_id=None, **fields):
    function = {"arguments": arguments} | ({"name": name} if name else {})
    return {"index": index, "function": function} | ({"id": call_id, "type": "function"} if call_id else {}) | fields


def detail(kind, **fields):
    return {"type": f"reasoning.{kind}", "format": "anthropic-claude-v1", "index": 0, **fields}


def usage(**fields):
    return {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17, **fields}


START = delta(role="assistant", content="")
HELLO = delta(content="Hello")
CALL = delta(tool_calls=[calls(name="weather", call_id="call_1")])
STOP = chunk(choice(finish_reason="stop"))
LOGPROB = {"token": "Hello", "logprob": -0.01, "bytes": [72], "top_logprobs": []}
REASONS = [
    "stop",
    "length",
    "tool_calls",
    "content_filter",
    "function_call",
    "eos",
    "end_turn",
    "model_length",
    "error",
    "insufficient_system_resource",
    "moonrise",
]
PARTS = [
    {"type": "text", "text": "Hello"},
    {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}], "signature": "c2ln", "closed": True},
    {"type": "reference", "reference_ids": [1, "b"]},
    {"type": "tool_reference", "tool": "web_search", "title": "Pi", "url": "https://pi.example"},
    {"type": "image_url", "image_url": {"url": "https://pi.example/pi.png", "detail": "low"}},
    {"type": "document_url", "document_url": "https://pi.example/pi.pdf", "document_name": "pi.pdf"},
    {"type": "file", "file_id": "file_1"},
    {"type": "input_audio", "input_audio": "UklGRg=="},
    {"type": "resource", "uri": "pi://", "content": "3.14"},
    {"type": "resource_link", "uri": "pi://", "metadata": {"size": 4}},
    {"type": "moonrise", "at": "dusk"},
]

KINDS: dict[str, list[object]] = {
    "chunk choices": [START],
    "chunk choices, empty": [START, chunk()],
    "chunk usage": [START, chunk(usage=usage(prompt_tokens_details={"cached_tokens": 8}))],
    "chunk usage, null": [START, {**HELLO, "usage": None}],
    "chunk id, another": [START, {**HELLO, "id": "chatcmpl-2"}],
    "chunk created": [START, {**HELLO, "created": 1781082259}],
    "chunk model, another": [START, {**HELLO, "model": "gpt-5-mini"}],
    "chunk object": [{"object": "chat.completion.chunk"}],
    "chunk service_tier": [START, {**HELLO, "service_tier": "default"}],
    "chunk system_fingerprint": [START, {**HELLO, "system_fingerprint": "fp_1"}],
    "chunk moderation": [START, chunk(moderation={"flagged": False})],
    "chunk obfuscation": [START, {**HELLO, "obfuscation": "WuQNX"}],
    "chunk p (Mistral)": [START, {**HELLO, "p": "abcdef"}],
    "chunk error": [START, {"error": {"message": "Overloaded", "type": "server_error", "code": 503}}],
    "chunk error beside choices (OpenRouter)": [
        START,
        chunk(choice(finish_reason="error"), error={"code": 502, "message": "Upstream failed"}),
    ],
    "chunk error of a choice": [START, chunk(choice(error={"code": 502, "message": "Upstream failed"}))],
    "chunk error without choices (vLLM)": [
        START,
        {"object": "error", "message": "out of memory", "type": "InternalServerError", "code": 500},
    ],
    "chunk x_groq": [START, chunk(choice(), x_groq={"id": "req_1", "usage": usage(queue_time=0.2)})],
    "chunk x_groq, error": [START, chunk(choice(), x_groq={"id": "req_1", "error": "over capacity"})],
    "chunk prompt_filter_results (Azure)": [
        {
            **HEAD,
            "id": "",
            "model": "",
            "choices": [],
            "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False}}}],
        }
    ],
    "chunk citations (Perplexity)": [START, {**HELLO, "citations": ["https://pi.example"]}],
    "chunk search_results (Perplexity)": [START, {**HELLO, "search_results": [SEARCHED]}],
    "choice index": [START, delta(1, role="assistant", content="Hi")],
    "choice delta": [START, HELLO],
    "choice finish_reason": [START, STOP],
    "choice finish_reason, empty": [START, chunk(choice(finish_reason=""))],
    "choice message (beside a delta)": [START, chunk(choice(delta={"content": "Hi"}, message={"content": "Hi"}))],
    "choice logprobs, content": [START, chunk(choice(delta={"content": "Hello"}, logprobs={"content": [LOGPROB]}))],
    "choice logprobs, refusal": [START, chunk(choice(delta={"refusal": "I"}, logprobs={"refusal": [LOGPROB]}))],
    "choice logprobs": [START, chunk(choice(logprobs={"content": [LOGPROB]}))],
    "choice prompt_logprobs": [START, chunk(choice(prompt_logprobs={"content": [LOGPROB]}))],
    "choice text (Together)": [START, chunk(choice(delta={"content": "Hi", "token_id": 16}, text="Hi"))],
    "choice native_finish_reason (OpenRouter)": [
        START,
        chunk(choice(finish_reason="stop", native_finish_reason="end_turn")),
    ],
    "choice stop_reason (vLLM), a text": [START, chunk(choice(finish_reason="stop", stop_reason="\n\n"))],
    "choice stop_reason (vLLM), a token": [START, chunk(choice(finish_reason="stop", stop_reason=151645))],
    "choice content_filter_results (Azure)": [
        START,
        chunk(choice(content_filter_results={"hate": {"filtered": False, "severity": "safe"}})),
    ],
    "choice content_filter_offsets (Azure), no delta": [
        START,
        chunk({"index": 0, "finish_reason": None, "content_filter_offsets": {"check_offset": 44}}),
    ],
    "choice usage (Moonshot)": [START, chunk(choice(finish_reason="stop", usage=usage(cached_tokens=4)))],
    "delta role": [START],
    "delta role, another": [START, delta(role="tool", content="Hi")],
    "delta content": [START, HELLO],
    "delta content, empty": [START, delta(content="")],
    "delta refusal": [START, delta(refusal="I cannot")],
    "delta tool_calls": [START, CALL],
    "delta tool_calls, arguments": [START, CALL, delta(tool_calls=[calls(arguments='{"city"')])],
    "delta tool_calls, empty": [START, delta(content="Hi", tool_calls=[])],
    "delta tool_calls, custom": [
        START,
        delta(tool_calls=[{"index": 0, "id": "c1", "type": "custom", "custom": {"name": "sh", "input": "ls"}}]),
    ],
    "delta tool_calls, extra_content (Gemini)": [
        START,
        delta(tool_calls=[calls(0, "{}", "now", "c1", extra_content={"google": {"thought_signature": "c2ln"}})]),
    ],
    "delta function_call": [START, delta(function_call={"name": "weather", "arguments": "{}"})],
    "delta executed_tools (Groq)": [
        START,
        delta(executed_tools=[{"index": 0, "type": "search", "arguments": '{"query":"pi"}'}]),
    ],
    "delta executed_tools, output (Groq)": [
        START,
        delta(executed_tools=[{"index": 0, "type": "search", "arguments": '{"query":"pi"}', "output": "3.14"}]),
    ],
    "delta audio, id": [START, delta(audio={"id": "audio_1"})],
    "delta audio, data": [START, delta(audio={"id": "audio_1", "data": "AAAA"})],
    "delta audio, transcript": [START, delta(audio={"transcript": "Hello"})],
    "delta audio, expires_at": [START, delta(audio={"data": "AAAA"}), delta(audio={"expires_at": 1781085858})],
    "delta images (OpenRouter)": [
        START,
        delta(images=[{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}, "index": 0}]),
    ],
    "delta annotations": [START, delta(annotations=[{"type": "url_citation", "url_citation": CITED}])],
    "delta annotations, of another type": [START, delta(annotations=[{"type": "file", "file": {"hash": "ab"}}])],
    "delta tool_call_id (Mistral)": [START, delta(content="Hi", tool_call_id="c1")],
    "delta index (Mistral)": [START, chunk(choice(delta={"content": "Hi", "index": 2}))],
    "delta metadata (Mistral)": [START, delta(content="Hi", metadata={"a": 1})],
    "delta reasoning_content (DeepSeek)": [START, delta(reasoning_content="Hm")],
    "delta reasoning (vLLM, Groq, Ollama)": [START, delta(reasoning="Hm", channel="analysis")],
    "delta reasoning_text (Copilot)": [START, delta(reasoning_text="Hm")],
    "delta reasoning_opaque (Copilot)": [START, delta(reasoning_opaque="c2ln")],
    "delta thinking_blocks (LiteLLM)": [
        START,
        delta(reasoning_content="Hm", thinking_blocks=[{"type": "thinking", "thinking": "Hm", "signature": "c2ln"}]),
    ],
    "delta reasoning_details, text": [
        START,
        delta(reasoning="Hm", reasoning_details=[detail("text", text="Hm", signature=None)]),
    ],
    "delta reasoning_details, signature": [START, delta(reasoning_details=[detail("text", signature="c2ln")])],
    "delta reasoning_details, summary": [
        START,
        delta(reasoning="Hm", reasoning_details=[detail("summary", summary="Hm")]),
    ],
    "delta reasoning_details, encrypted": [
        START,
        delta(reasoning=None, reasoning_details=[detail("encrypted", data="c2ln", id="rs_1")]),
    ],
    "delta reasoning_details, server_tool_call": [
        START,
        delta(reasoning_details=[detail("server_tool_call", name="web_search", arguments="{}")]),
    ],
    "delta moonrise": [START, delta(moonrise={"at": "dusk"})],
    **{f"content {part['type']} (Mistral)": [START, delta(content=[part])] for part in PARTS},
    **{f"finish_reason {reason}": [START, HELLO, chunk(choice(finish_reason=reason))] for reason in REASONS},
}
