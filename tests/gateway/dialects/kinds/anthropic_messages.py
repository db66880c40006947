"""Anthropic Messages: its events, blocks, deltas, citations, stop reasons and errors, those of its beta among them."""

API = "anthropic.messages"
PATH = "/v1/messages"
WIRE = "sse"

START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-5",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 12, "cache_read_input_tokens": 30, "output_tokens": 1},
    },
}
STOP = {"type": "message_stop"}


def begins(kind, index=0, **fields):
    return {"type": "content_block_start", "index": index, "content_block": {"type": kind, **fields}}


def more(kind, index=0, **fields):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


def over(index=0):
    return {"type": "content_block_stop", "index": index}


def ends(reason, usage=None, **fields):
    delta = {"stop_reason": reason, "stop_sequence": None, **fields}
    return {"type": "message_delta", "delta": delta, "usage": usage or {"output_tokens": 7}}


def _called(kind, **fields):
    return begins(kind, id="toolu_1", name="look", input={}, **fields)


def _result(kind, content):
    return begins(kind, tool_use_id="srvtoolu_1", content=content)


TEXT = begins("text", text="")

BLOCKS = [
    begins("text", text="Hello", citations=None),
    begins("thinking", thinking="", signature=""),
    begins("redacted_thinking", data="EqkECkYIBxgC"),
    _called("tool_use", caller={"type": "direct"}, toolset_name="browser"),
    _called("server_tool_use", caller={"type": "code_execution_20250825", "tool_id": "srvtoolu_0"}),
    _called("mcp_tool_use", server_name="deepwiki"),
    _result("web_search_tool_result", [{"type": "web_search_result", "url": "https://a.example", "title": "A"}]),
    _result("web_fetch_tool_result", {"type": "web_fetch_result", "url": "https://a.example"}),
    _result("advisor_tool_result", {"type": "advisor_result", "text": "Ship it."}),
    _result("code_execution_tool_result", {"type": "code_execution_result", "stdout": "4", "return_code": 0}),
    _result("bash_code_execution_tool_result", {"type": "bash_code_execution_result", "stdout": "4"}),
    _result("text_editor_code_execution_tool_result", {"type": "text_editor_code_execution_create_result"}),
    _result("tool_search_tool_result", {"type": "tool_search_tool_search_result", "tool_references": []}),
    begins("mcp_tool_result", tool_use_id="mcptoolu_1", is_error=False, content=[{"type": "text", "text": "found"}]),
    begins("mcp_tool_listing", mcp_server_name="deepwiki", tools=[{"name": "ask", "input_schema": {}}]),
    begins("container_upload", file_id="file_1"),
    begins("compaction", content=None, encrypted_content=None),
    begins("fallback", **{"from": {"model": "claude-a"}, "to": {"model": "claude-b"}, "trigger": {"type": "refusal"}}),
    begins("hologram", id="holo_1", depth=3),
]

DELTAS = [
    [TEXT, more("text_delta", text="Hello")],
    [_called("tool_use"), more("input_json_delta", partial_json='{"a":')],
    [begins("thinking", thinking=""), more("thinking_delta", thinking="Well", estimated_tokens=50)],
    [begins("thinking", thinking=""), more("signature_delta", signature="EqkE")],
    [begins("compaction", content=None), more("compaction_delta", content="They met.", encrypted_content="EpwB")],
    [TEXT, more("hologram_delta", depth=3)],
]

_IN_DOCUMENT = {"cited_text": "grass is green", "document_index": 0, "document_title": "On grass", "file_id": None}

CITATIONS = [
    {"type": "char_location", **_IN_DOCUMENT, "start_char_index": 4, "end_char_index": 18},
    {"type": "page_location", **_IN_DOCUMENT, "start_page_number": 1, "end_page_number": 2},
    {"type": "content_block_location", **_IN_DOCUMENT, "start_block_index": 0, "end_block_index": 1},
    {
        "type": "web_search_result_location",
        "cited_text": "grass is green",
        "url": "https://a.example",
        "title": "On grass",
        "encrypted_index": "Eo8B",
    },
    {
        "type": "search_result_location",
        "cited_text": "grass is green",
        "source": "https://a.example",
        "title": "On grass",
        "search_result_index": 0,
        "start_block_index": 0,
        "end_block_index": 1,
    },
]

REASONS = {
    "end_turn": {},
    "max_tokens": {},
    "stop_sequence": {"stop_sequence": "\n\n"},
    "tool_use": {},
    "pause_turn": {},
    "compaction": {},
    "refusal": {"stop_details": {"type": "refusal", "category": "cyber", "explanation": "It could harm."}},
    "model_context_window_exceeded": {},
    "moonrise": {},
}

ERRORS = [
    "invalid_request_error",
    "authentication_error",
    "billing_error",
    "permission_error",
    "not_found_error",
    "rate_limit_error",
    "timeout_error",
    "api_error",
    "overloaded_error",
]

USAGE = {
    "input_tokens": 12,
    "cache_creation_input_tokens": None,
    "cache_read_input_tokens": 30,
    "output_tokens": 9,
    "output_tokens_details": {"thinking_tokens": 4},
    "server_tool_use": {"web_search_requests": 1},
    "iterations": [{"type": "message", "input_tokens": 12, "output_tokens": 9}],
}

KINDS: dict[str, list[object]] = {
    "message_start": [START],
    **{f"content_block_start / {block['content_block']['type']}": [START, block] for block in BLOCKS},
    "content_block_start / tool_use with its input": [START, begins("tool_use", id="t", name="f", input={"a": 1})],
    **{f"content_block_delta / {values[-1]['delta']['type']}": [START, *values] for values in DELTAS},
    **{
        f"content_block_delta / citations_delta / {citation['type']}": [
            START,
            TEXT,
            more("citations_delta", citation=citation),
        ]
        for citation in CITATIONS
    },
    "content_block_delta / input_json_delta, empty": [
        START,
        _called("tool_use"),
        more("input_json_delta", partial_json=""),
    ],
    "content_block_stop": [START, TEXT, over()],
    "message_delta": [
        START,
        {
            **ends("end_turn", USAGE, container={"id": "container_1", "expires_at": "2026-11-01T00:00:00Z"}),
            "context_management": {"applied_edits": [{"type": "clear_thinking", "cleared_input_tokens": 5}]},
        },
    ],
    "message_stop": [START, ends("end_turn"), STOP],
    **{f"stop_reason {reason}": [START, ends(reason, **fields), STOP] for reason, fields in REASONS.items()},
    "ping": [START, {"type": "ping"}],
    **{
        f"error / {kind}": [START, {"type": "error", "error": {"type": kind, "message": "why"}, "request_id": "req_1"}]
        for kind in ERRORS
    },
    "vertex_event": [START, {"type": "vertex_event", "usage": {"tiers": {"0-to-200000": {"input_tokens": 9}}}}],
    "an event that nobody knows": [START, {"type": "moonrise", "at": "dusk"}],
}
