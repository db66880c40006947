"""OpenAI's speech, streamed as events."""

API = "openai.speech"
PATH = "/v1/audio/speech"
WIRE = "sse"

DELTA = {"type": "speech.audio.delta", "audio": "c291bmQ="}
DONE = {"type": "speech.audio.done", "usage": {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}}

KINDS = {
    "speech.audio.delta": [DELTA],
    "speech.audio.done": [DELTA, DONE],
    "speech.from_tomorrow": [{"type": "speech.from_tomorrow", "audio": "?"}],
    "error": [{"error": {"type": "server_error", "message": "Sorry."}}],
}
