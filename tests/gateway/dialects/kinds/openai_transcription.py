"""OpenAI's transcriptions and translations, streamed."""

API = "openai.transcription"
PATH = "/v1/audio/transcriptions"
WIRE = "sse"

DELTA = {"type": "transcript.text.delta", "delta": "Hello"}
SEGMENT = {
    "type": "transcript.text.segment",
    "id": "seg_1",
    "start": 0.5,
    "end": 1.5,
    "text": " Hello",
    "speaker": "A",
}
PROBABLE = [{"token": "Hello", "logprob": -0.5, "bytes": [72]}]
TOKENS = {
    "type": "tokens",
    "input_tokens": 9,
    "output_tokens": 2,
    "total_tokens": 11,
    "input_token_details": {"text_tokens": 1, "audio_tokens": 8},
}


def done(**fields):
    return {"type": "transcript.text.done", "text": "Hello", **fields}


KINDS = {
    "transcript.text.delta": [DELTA],
    "transcript.text.delta / logprobs": [{**DELTA, "logprobs": PROBABLE}],
    "transcript.text.delta / segment_id": [{**DELTA, "segment_id": "seg_1"}],
    "transcript.text.segment": [SEGMENT],
    "transcript.text.done": [DELTA, done()],
    "usage tokens": [DELTA, done(usage=TOKENS)],
    "usage duration": [DELTA, done(usage={"type": "duration", "seconds": 3})],
    "transcript.from_tomorrow": [{"type": "transcript.from_tomorrow", "text": "?"}],
    "error": [{"error": {"type": "server_error", "message": "Sorry."}}],
}
