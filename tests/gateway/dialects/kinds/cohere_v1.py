"""Cohere's first chat API: its events and finish reasons."""

API = "cohere.v1.chat"
PATH = "/v1/chat"
WIRE = "ndjson"


def line(kind, **fields):
    return {"is_finished": kind == "stream-end", "event_type": kind, **fields}


def text(words):
    return line("text-generation", text=words)


def ends(reason="COMPLETE", **response):
    whole = {"response_id": "response_1", "generation_id": "generation_1", "finish_reason": reason, **response}
    return line("stream-end", finish_reason=reason, response=whole)


START = line("stream-start", generation_id="generation_1")
CITATION = {"start": 0, "end": 5, "text": "Hello", "document_ids": ["doc_0"]}
CALL = {"name": "look", "parameters": {"at": "sky"}}
CHUNKS = [
    line("tool-calls-chunk", text="I will look."),
    line("tool-calls-chunk", tool_call_delta={"index": 0, "name": "look"}),
    line("tool-calls-chunk", tool_call_delta={"index": 0, "parameters": '{"at": "sky"}'}),
]
META = {
    "api_version": {"version": "1"},
    "billed_units": {"input_tokens": 5, "output_tokens": 3},
    "tokens": {"input_tokens": 206, "output_tokens": 3},
    "warnings": ["this API is old"],
}
REASONS = ("COMPLETE", "ERROR_LIMIT", "MAX_TOKENS", "ERROR", "ERROR_TOXIC", "MOONRISE")

KINDS: dict[str, list[object]] = {
    "stream-start": [START],
    "search-queries-generation": [
        START,
        line("search-queries-generation", search_queries=[{"text": "what is hello", "generation_id": "query_1"}]),
    ],
    "search-results": [
        START,
        line(
            "search-results",
            search_results=[{"search_query": {"text": "what is hello"}, "document_ids": ["doc_0"]}],
            documents=[{"id": "doc_0", "title": "On greetings", "url": "https://a.example"}],
        ),
    ],
    "text-generation": [START, text("Hello")],
    "citation-generation": [START, text("Hello"), line("citation-generation", citations=[CITATION])],
    "tool-calls-chunk / text": [START, CHUNKS[0]],
    "tool-calls-chunk / name": [START, *CHUNKS[:2]],
    "tool-calls-chunk / parameters": [START, *CHUNKS],
    "tool-calls-generation": [START, line("tool-calls-generation", text="I will look.", tool_calls=[CALL])],
    "tool-calls-generation, of chunks": [START, *CHUNKS, line("tool-calls-generation", tool_calls=[CALL])],
    "stream-end": [START, text("Hello"), ends(text="Hello", citations=[CITATION], meta=META)],
    **{f"finish_reason {reason}": [START, text("Hello"), ends(reason, text="Hello")] for reason in REASONS},
    "debug": [START, line("debug", prompt="<|START_OF_TURN_TOKEN|>")],
    "an event that nobody knows": [START, line("moonrise", at="dusk")],
}
