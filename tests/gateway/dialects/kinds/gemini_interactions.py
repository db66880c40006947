"""Gemini Interactions: events, steps, deltas, contents, annotations, statuses."""

API = "gemini.interactions"
PATH = "/v1beta/interactions"
WIRE = "sse"

PNG = "iVBORw0KGgo="
USAGE = {
    "total_input_tokens": 156,
    "total_cached_tokens": 100,
    "total_output_tokens": 34,
    "total_thought_tokens": 118,
    "total_tool_use_tokens": 11,
    "total_tokens": 319,
    "input_tokens_by_modality": [{"modality": "text", "tokens": 156}],
}


def event(kind, **fields):
    return {"event_type": kind, **fields}


def begins(kind, index=0, **fields):
    return event("step.start", index=index, step={"type": kind, **fields})


def more(kind, index=0, **fields):
    return event("step.delta", index=index, delta={"type": kind, **fields})


def over(index=0, **fields):
    return event("step.stop", index=index, **fields)


def ends(status, **fields):
    interaction = {"id": "v1_1", "object": "interaction", "model": "gemini-3-flash", "status": status, **fields}
    return event("interaction.completed", interaction=interaction)


CREATED = event(
    "interaction.created",
    interaction={"id": "v1_1", "object": "interaction", "model": "gemini-3-flash", "status": "in_progress"},
)
OUTPUT = begins("model_output")

URL_CITATION = {"type": "url_citation", "url": "https://a.example/x", "title": "A", "start_index": 3, "end_index": 9}
ANNOTATIONS = [
    URL_CITATION,
    {"type": "file_citation", "document_uri": "files/1", "file_name": "a.pdf", "page_number": 7, "start_index": 2},
    {"type": "place_citation", "url": "https://maps.example/1", "name": "Café", "place_id": "places/1"},
    {"type": "speech_metadata", "speaker": "Ann", "style": "calm", "start_index": 2},
    {"type": "word_info", "text": "Paris", "start_offset": "1s"},
]

STEPS = [
    {"type": "thought", "summary": [{"type": "text", "text": "Let me see."}], "signature": "CiQBDD"},
    {"type": "model_output", "content": [{"type": "text", "text": "Hello", "annotations": [URL_CITATION]}]},
    {"type": "user_input", "content": [{"type": "text", "text": "Hi"}]},
    {"type": "function_call", "id": "fc_1", "name": "look", "arguments": {"place": "Zürich"}},
    {"type": "function_result", "call_id": "fc_1", "name": "look", "result": {"sky": "grey"}, "is_error": False},
    {"type": "code_execution_call", "id": "x_1", "arguments": {"code": "6 * 7", "language": "python"}},
    {"type": "code_execution_result", "call_id": "x_1", "result": "42", "is_error": False, "signature": "CiQBDD"},
    {"type": "google_search_call", "id": "s_1", "arguments": {"queries": ["rain"]}, "search_type": "web_search"},
    {"type": "google_search_result", "call_id": "s_1", "result": [{"search_suggestions": "<b>rain</b>"}]},
    {"type": "google_maps_call", "id": "m_1", "arguments": {"queries": ["café"]}, "signature": "CiQBDD"},
    {"type": "google_maps_result", "call_id": "m_1", "result": [{"places": [{"name": "Café"}]}]},
    {"type": "url_context_call", "id": "u_1", "arguments": {"urls": ["https://a.example/x"]}},
    {"type": "url_context_result", "call_id": "u_1", "result": [{"url": "https://a.example/x", "status": "success"}]},
    {"type": "file_search_call", "id": "f_1", "signature": "CiQBDD"},
    {"type": "file_search_result", "call_id": "f_1", "result": [{"file_search_store": "stores/1"}]},
    {"type": "mcp_server_tool_call", "id": "p_1", "name": "ask", "server_name": "deepwiki", "arguments": {"q": "why"}},
    {"type": "mcp_server_tool_result", "call_id": "p_1", "name": "ask", "server_name": "deepwiki", "result": "so"},
    {"type": "retrieval_call", "id": "r_1", "retrieval_type": "rag_store", "arguments": {"queries": ["rain"]}},
    {"type": "retrieval_result", "call_id": "r_1", "is_error": True},
    {"type": "tool_search_call", "id": "t_1", "arguments": {"function_names": ["look"]}},
    {"type": "tool_search_result", "call_id": "t_1", "result": [{"name": "look", "type": "function"}]},
    {"type": "processing_call", "id": "g_1", "signature": "CiQBDD"},
    {"type": "processing_result", "call_id": "g_1", "signature": "CiQBDD"},
    {"type": "step_of_an_unknown_kind", "depth": 3},
]

# Deltas by the step that they are of.
DELTAS = {
    "thought": [
        {"type": "thought_summary", "content": {"type": "text", "text": "Let me see."}},
        {"type": "thought_signature", "signature": "CiQBDD"},
    ],
    "model_output": [
        {"type": "text", "text": "Hello"},
        {"type": "image", "data": PNG, "mime_type": "image/png", "resolution": "high"},
        {"type": "audio", "data": "UklGRiQA", "mime_type": "audio/wav", "sample_rate": 24000},
        {"type": "video", "uri": "https://a.example/v.mp4", "mime_type": "video/mp4"},
        {"type": "document", "data": "JVBERi0=", "mime_type": "application/pdf"},
        {"type": "text_annotation_delta", "annotations": [URL_CITATION]},
        {"type": "delta_of_an_unknown_kind", "depth": 3},
    ],
    "function_call": [{"type": "arguments_delta", "arguments": '{"place":"Zü'}],
    "function_result": [{"type": "function_result", "result": "grey", "is_error": False, "name": "look"}],
}
for _step in STEPS:
    if _step["type"].endswith(("_call", "_result")) and not _step["type"].startswith("function"):
        _fields = {name: field for name, field in _step.items() if name not in ("id", "call_id")}
        DELTAS[_step["type"]] = [_fields]

STATUSES = (
    "in_progress",
    "requires_action",
    "completed",
    "failed",
    "cancelled",
    "incomplete",
    "budget_exceeded",
    "queued",
    "requires_continuation",
    "something_new",
)


def _bare(kind):
    """The start of a step of which everything comes in deltas."""
    ids = {"id": "c_1"} if kind.endswith("_call") else {"call_id": "c_1"} if kind.endswith("_result") else {}
    return begins(kind, **ids)


KINDS = {
    "interaction.created": [CREATED],
    "interaction.status_update": [
        CREATED,
        event("interaction.status_update", interaction_id="v1_1", status="requires_action", event_id="e-2"),
    ],
    "interaction.status_update, continuation_token": [
        CREATED,
        event("interaction.status_update", interaction_id="v1_1", status="in_progress", continuation_token="Y29u"),
    ],
    **{f"step.start / {step['type']}": [CREATED, {**begins("-"), "step": step}] for step in STEPS},
    **{
        f"step.delta / {delta['type']}": [CREATED, _bare(kind), {**more("-"), "delta": delta}]
        for kind, deltas in DELTAS.items()
        for delta in deltas
    },
    **{
        f"step.delta / text_annotation_delta / {annotation['type']}": [
            CREATED,
            OUTPUT,
            more("text", text="Paris is in France."),
            more("text_annotation_delta", annotations=[annotation]),
        ]
        for annotation in ANNOTATIONS
    },
    "step.delta / metadata": [
        CREATED,
        OUTPUT,
        {**more("text", text="Hello"), "metadata": {"total_usage": {"total_tokens": 99}}},
    ],
    "step.delta / of an unknown kind, of a call": [CREATED, _bare("function_call"), more("hologram", depth=3)],
    "step.stop": [CREATED, OUTPUT, more("text", text="Hello"), over()],
    "step.stop / usage": [
        CREATED,
        OUTPUT,
        more("text", text="Hello"),
        over(usage={"total_tokens": 99}, step_usage={"total_tokens": 44}),
    ],
    "interaction.completed": [
        CREATED,
        ends("completed", usage=USAGE, created="2026-05-13T20:35:42Z", service_tier="standard"),
    ],
    **{f"interaction.completed / {status}": [CREATED, ends(status)] for status in STATUSES},
    "error": [CREATED, event("error", error={"code": "overloaded", "message": "Try again."}, event_id="e-9")],
    "event of an unknown kind": [CREATED, event("interaction.dreamt", dream={"depth": 3})],
    "[DONE]": [CREATED, ends("completed"), "[DONE]"],
}
