"""Text completions: the fields of their chunks."""

API = "openai.completions"
PATH = "/v1/completions"
WIRE = "sse"

HEAD = {"id": "cmpl-1", "object": "text_completion", "created": 1781082258, "model": "gpt-3.5-turbo-instruct"}
LOGPROBS = {"tokens": [" is"], "token_logprobs": [-0.1], "top_logprobs": [{" is": -0.1}], "text_offset": [0]}


def text(said, finish_reason=None, index=0, **fields):
    choice = {"text": said, "index": index, "logprobs": None, "finish_reason": finish_reason, **fields}
    return {**HEAD, "choices": [choice]}


KINDS: dict[str, list[object]] = {
    "choice text": [text(" is")],
    "choice text, empty": [text("")],
    "choice index": [text(" is"), text(" was", index=1)],
    "choice logprobs": [text(" is", logprobs=LOGPROBS)],
    "choice finish_reason": [text(" is"), text("", "stop")],
    "choice stop_reason (vLLM)": [text(" is"), text("", "stop", stop_reason="\n")],
    "choice prompt_logprobs (vLLM)": [text(" is", prompt_logprobs=[{"1": {"logprob": -0.1}}])],
    "chunk usage": [
        text(" is"),
        {**HEAD, "choices": [], "usage": {"prompt_tokens": 6, "completion_tokens": 4, "total_tokens": 10}},
    ],
    "chunk system_fingerprint": [text(" is"), {**HEAD, "choices": [], "system_fingerprint": "fp1"}],
    "chunk value (Writer)": [{"value": "Sure"}],
    "chunk error": [text(" is"), {"error": {"message": "Overloaded", "type": "server_error"}}],
    "finish_reason stop": [text(" is", "stop")],
    "finish_reason length": [text(" is", "length")],
    "finish_reason content_filter": [text(" is", "content_filter")],
    "finish_reason moonrise": [text(" is", "moonrise")],
}
