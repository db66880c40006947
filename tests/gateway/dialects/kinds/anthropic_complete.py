"""Anthropic's Text Completions: one event, whose last one has a stop reason."""

API = "anthropic.complete"
PATH = "/v1/complete"
WIRE = "sse"


def completes(text, reason=None, stop=None):
    return {
        "type": "completion",
        "id": "compl_1",
        "completion": text,
        "stop_reason": reason,
        "model": "claude-2.1",
        "stop": stop,
        "log_id": "compl_1",
    }


KINDS: dict[str, list[object]] = {
    "completion": [completes(" Light")],
    "completion, empty": [completes(" Light"), completes("")],
    "stop_reason stop_sequence": [completes(" Light"), completes("", "stop_sequence", "\n\nHuman:")],
    "stop_reason max_tokens": [completes(" Light"), completes(" sc", "max_tokens")],
    "stop_reason moonrise": [completes(" Light"), completes("", "moonrise")],
    "ping": [completes(" Light"), {"type": "ping"}],
    "error": [completes(" Li"), {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}],
    "an event that nobody knows": [completes(" Light"), {"type": "moonrise", "at": "dusk"}],
}
