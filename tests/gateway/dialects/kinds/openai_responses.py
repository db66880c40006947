"""OpenAI's responses API: its events, items, parts, annotations, and how a response ends."""

API = "openai.responses"
PATH = "/v1/responses"
WIRE = "sse"

RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1780000000,
    "status": "in_progress",
    "model": "gpt-6",
    "output": [],
    "error": None,
    "incomplete_details": None,
    "usage": None,
    "service_tier": "auto",
    "temperature": 1.0,
    "tools": [{"type": "function", "name": "look", "parameters": {"type": "object"}, "strict": True}],
}
USAGE = {
    "input_tokens": 12,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
    "output_tokens": 30,
    "output_tokens_details": {"reasoning_tokens": 20},
    "total_tokens": 42,
}


def event(name, /, **fields):
    return {"type": f"response.{name}", **fields}


def response(name, **fields):
    return event(name, response={**RESPONSE, **fields})


def ends(name="completed", output=(), **fields):
    """The last event."""
    return response(name, **{"status": name, "output": list(output), "usage": USAGE, **fields})


def added(kind, index=0, /, **fields):
    return event("output_item.added", output_index=index, item={"type": kind, "id": f"{kind}_{index}", **fields})


def done(kind, index=0, /, **fields):
    return event("output_item.done", output_index=index, item={"type": kind, "id": f"{kind}_{index}", **fields})


def about(name, kind, index=0, /, **fields):
    """An event about an item, or about its first part."""
    return event(name, output_index=index, item_id=f"{kind}_{index}", **fields)


def text(name, index=0, **fields):
    return about(f"output_text.{name}", "message", index, content_index=0, **fields)


def part(verb, kind, index=0, **fields):
    return about(f"content_part.{verb}", "message", index, content_index=0, part={"type": kind, **fields})


def summary(name, **fields):
    return about(f"reasoning_summary_{name}", "reasoning", summary_index=0, **fields)


START = response("created")
MESSAGE = added("message", status="in_progress", role="assistant", content=[])
REASONING = added("reasoning", summary=[])
TEXT_PART = part("added", "output_text", text="", annotations=[], logprobs=[])
CALL = {"call_id": "call_1", "name": "look", "status": "in_progress"}
PROBABLE = [{"token": "Hi", "logprob": -0.25, "bytes": [72, 105], "top_logprobs": []}]

_SAID = (START, MESSAGE, TEXT_PART, text("delta", delta="Hello"))

# Every type of item as it is done, with what is particular to it.
ITEMS = {
    "message": {"role": "assistant", "phase": "final_answer", "content": [{"type": "output_text", "text": "Hello"}]},
    "reasoning": {"summary": [{"type": "summary_text", "text": "Look."}], "encrypted_content": "gAAAA=="},
    "function_call": {**CALL, "arguments": '{"at":1}', "namespace": "eyes"},
    "function_call_output": {"call_id": "call_1", "output": "A tree."},
    "custom_tool_call": {**CALL, "input": "look at\nthe tree"},
    "custom_tool_call_output": {"call_id": "call_1", "output": [{"type": "input_text", "text": "A tree."}]},
    "file_search_call": {"status": "completed", "queries": ["tree"], "results": [{"file_id": "file_1", "score": 0.5}]},
    "web_search_call": {"status": "completed", "action": {"type": "search", "query": "tree"}},
    "computer_call": {"call_id": "call_1", "actions": [{"type": "click", "x": 1, "y": 2}], "pending_safety_checks": []},
    "computer_call_output": {"call_id": "call_1", "output": {"type": "computer_screenshot", "image_url": "data:,"}},
    "tool_search_call": {"call_id": "call_1", "execution": "client", "arguments": {"query": "look"}},
    "tool_search_output": {"call_id": "call_1", "execution": "server", "tools": [{"type": "function", "name": "look"}]},
    "program": {"call_id": "call_1", "code": "look()", "fingerprint": "fp_1"},
    "program_output": {"call_id": "call_1", "result": "A tree.", "status": "completed"},
    "additional_tools": {"role": "developer", "tools": [{"type": "function", "name": "look"}]},
    "configuration_update": {"reasoning": {"effort": "low"}},
    "compaction": {"encrypted_content": "gAAAA=="},
    "image_generation_call": {"status": "completed", "result": "aW1hZ2U=", "output_format": "png", "size": "1x1"},
    "code_interpreter_call": {"code": "1+1", "container_id": "cntr_1", "outputs": [{"type": "logs", "logs": "2"}]},
    "local_shell_call": {"call_id": "call_1", "action": {"type": "exec", "command": ["ls", "-l"], "env": {}}},
    "local_shell_call_output": {"output": "tree.txt"},
    "shell_call": {"call_id": "call_1", "action": {"commands": ["ls", "pwd"]}, "environment": {"type": "local"}},
    "shell_call_output": {"call_id": "call_1", "output": [{"stdout": "a", "stderr": "b", "outcome": {"type": "exit"}}]},
    "apply_patch_call": {"call_id": "call_1", "operation": {"type": "create_file", "path": "a", "diff": "+tree"}},
    "apply_patch_call_output": {"call_id": "call_1", "output": "done", "status": "completed"},
    "mcp_call": {"name": "look", "server_label": "eyes", "arguments": "{}", "output": "A tree.", "error": None},
    "mcp_list_tools": {"server_label": "eyes", "tools": [{"name": "look", "input_schema": {"type": "object"}}]},
    "mcp_approval_request": {"name": "look", "server_label": "eyes", "arguments": '{"at":1}'},
    "mcp_approval_response": {"approval_request_id": "mcpr_1", "approve": True, "reason": "fine"},
    "from_tomorrow": {"thing": 5},
}

ANNOTATIONS = {
    "url_citation": {"url": "https://a.example", "title": "A", "start_index": 0, "end_index": 5},
    "file_citation": {"file_id": "file_1", "filename": "a.txt", "index": 5},
    "container_file_citation": {
        "container_id": "cntr_1",
        "file_id": "file_1",
        "filename": "a.txt",
        "start_index": 0,
        "end_index": 5,
    },
    "file_path": {"file_id": "file_1", "index": 5},
    "from_tomorrow": {"where": "there"},
}

# What a server says while it works on a call: the states of each type of item.
STATES = {
    "web_search_call": ("in_progress", "searching", "completed"),
    "file_search_call": ("in_progress", "searching", "completed"),
    "code_interpreter_call": ("in_progress", "interpreting", "completed"),
    "image_generation_call": ("in_progress", "generating", "completed"),
    "mcp_call": ("in_progress", "completed", "failed"),
    "mcp_list_tools": ("in_progress", "completed", "failed"),
    "compaction": ("compacting",),
}

# Texts of calls: the type of the item, and the field of the whole.
CALLED = {
    "function_call_arguments": ("function_call", "arguments"),
    "mcp_call_arguments": ("mcp_call", "arguments"),
    "custom_tool_call_input": ("custom_tool_call", "input"),
    "code_interpreter_call_code": ("code_interpreter_call", "code"),
    "apply_patch_call_operation_diff": ("apply_patch_call", "diff"),
}

_SHELL = (START, added("shell_call", call_id="call_1", action={"commands": []}))
_SHELL_SAID = (
    *_SHELL,
    about("shell_call_command.added", "shell_call", command_index=0, command=""),
    about("shell_call_command.delta", "shell_call", command_index=0, delta="ls"),
)
_SHELL_OUTPUT = (START, added("shell_call_output", call_id="call_1", output=[]))
_THINKS = (START, REASONING)
_SUMS_UP = (*_THINKS, summary("part.added", part={"type": "summary_text", "text": ""}))
_SUMMED_UP = (*_SUMS_UP, summary("text.delta", delta="Look."))


def thinking(name, **fields):
    return about(name, "reasoning", content_index=0, **fields)


def refusal(name, **fields):
    return about(f"refusal.{name}", "message", content_index=0, **fields)


_EVENTS = {
    "response.created": [START],
    "response.queued": [response("queued", status="queued")],
    "response.in_progress": [START, response("in_progress")],
    "response.completed": [*_SAID, ends(output=[{"type": "message", "id": "message_0", **ITEMS["message"]}])],
    "response.incomplete": [*_SAID, ends("incomplete", incomplete_details={"reason": "max_output_tokens"})],
    "response.failed": [*_SAID, ends("failed", error={"code": "server_error", "message": "Sorry."})],
    "error": [START, {"type": "error", "code": "server_error", "message": "Sorry.", "param": None}],
    "keepalive": [START, {"type": "keepalive", "sequence_number": 7}],
    "response.output_item.added": [START, MESSAGE],
    "response.output_item.done": [*_SAID, done("message", status="completed", **ITEMS["message"])],
    "response.content_part.added": [START, MESSAGE, TEXT_PART],
    "response.content_part.done": [*_SAID, part("done", "output_text", text="Hello")],
    "response.output_text.delta": [*_SAID],
    "response.output_text.done": [*_SAID, text("done", text="Hello")],
    "response.output_text.annotation.added": [
        *_SAID,
        text("annotation.added", annotation_index=0, annotation={"type": "file_path", **ANNOTATIONS["file_path"]}),
    ],
    "response.refusal.delta": [START, MESSAGE, refusal("delta", delta="No.")],
    "response.refusal.done": [START, MESSAGE, refusal("delta", delta="No."), refusal("done", refusal="No.")],
    "response.reasoning_text.delta": [*_THINKS, thinking("reasoning_text.delta", delta="Look.")],
    "response.reasoning_text.done": [*_THINKS, thinking("reasoning_text.done", text="Look.")],
    "response.reasoning.delta": [*_THINKS, thinking("reasoning.delta", delta="Look.")],
    "response.reasoning.done": [*_THINKS, thinking("reasoning.done", text="Look.")],
    "response.reasoning_part.added": [
        *_THINKS,
        thinking("reasoning_part.added", part={"type": "reasoning_text", "text": ""}),
    ],
    "response.reasoning_part.done": [
        *_THINKS,
        thinking("reasoning_part.done", part={"type": "reasoning_text", "text": "Look."}),
    ],
    "response.reasoning_summary_part.added": [*_SUMS_UP],
    "response.reasoning_summary_part.done": [
        *_SUMMED_UP,
        summary("part.done", part={"type": "summary_text", "text": "Look."}),
    ],
    "response.reasoning_summary_text.delta": [*_SUMMED_UP],
    "response.reasoning_summary_text.done": [*_SUMMED_UP, summary("text.done", text="Look.")],
    "response.shell_call_command.added": [*_SHELL_SAID[:-1]],
    "response.shell_call_command.delta": [*_SHELL_SAID],
    "response.shell_call_command.done": [
        *_SHELL_SAID,
        about("shell_call_command.done", "shell_call", command_index=0, command="ls"),
    ],
    "response.shell_call_output_content.delta": [
        *_SHELL_OUTPUT,
        about("shell_call_output_content.delta", "shell_call_output", command_index=0, delta={"stdout": "a"}),
    ],
    "response.shell_call_output_content.done": [
        *_SHELL_OUTPUT,
        about("shell_call_output_content.done", "shell_call_output", command_index=0, output=[{"stdout": "a"}]),
    ],
    "response.image_generation_call.partial_image": [
        START,
        added("image_generation_call", status="generating"),
        about(
            "image_generation_call.partial_image",
            "image_generation_call",
            partial_image_index=0,
            partial_image_b64="aW1n",
            output_format="png",
        ),
    ],
    "response.audio.delta": [START, event("audio.delta", delta="c291bmQ=")],
    "response.audio.done": [START, event("audio.delta", delta="c291bmQ="), event("audio.done")],
    "response.audio.transcript.delta": [START, event("audio.transcript.delta", delta="Hello")],
    "response.audio.transcript.done": [
        START,
        event("audio.transcript.delta", delta="Hello"),
        event("audio.transcript.done"),
    ],
    "response.from_tomorrow.delta": [START, event("from_tomorrow.delta", delta="?", output_index=0)],
}

KINDS = {
    **_EVENTS,
    **{
        f"response.{name}.{verb}": [
            START,
            added(kind, call_id="call_1"),
            about(f"{name}.delta", kind, delta="{}"),
            *([about(f"{name}.done", kind, **{field: "{}"})] if verb == "done" else []),
        ]
        for name, (kind, field) in CALLED.items()
        for verb in ("delta", "done")
    },
    **{
        f"response.{kind}.{state}": [START, added(kind), about(f"{kind}.{state}", kind)]
        for kind, states in STATES.items()
        for state in states
    },
    **{f"item {kind}": [START, done(kind, **fields)] for kind, fields in ITEMS.items()},
    "part output_text": [START, MESSAGE, TEXT_PART],
    "part refusal": [START, MESSAGE, part("added", "refusal", refusal="No.")],
    "part reasoning_text": [START, REASONING, *_EVENTS["response.reasoning_part.added"][2:]],
    "part summary_text": [*_SUMS_UP],
    "part from_tomorrow": [START, MESSAGE, part("added", "from_tomorrow", text="?", mood="odd")],
    "output_text.delta / logprobs": [START, MESSAGE, TEXT_PART, text("delta", delta="Hi", logprobs=PROBABLE)],
    **{
        f"annotation {kind}": [
            *_SAID,
            text("annotation.added", annotation_index=0, annotation={"type": kind, **fields}),
        ]
        for kind, fields in ANNOTATIONS.items()
    },
    "status completed": [*_SAID, ends()],
    "status completed, a call to be executed": [
        START,
        done("function_call", **ITEMS["function_call"]),
        ends(output=[{"type": "function_call", "id": "function_call_0", **ITEMS["function_call"]}]),
    ],
    "status cancelled": [*_SAID, ends("cancelled")],
    **{
        f"incomplete_details {reason}": [*_SAID, ends("incomplete", incomplete_details={"reason": reason})]
        for reason in ("max_output_tokens", "max_messages", "content_filter", "steered", "from_tomorrow")
    },
    "usage": [*_SAID, ends()],
}
