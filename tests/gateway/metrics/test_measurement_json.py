"""A stream's numbers for programs: seconds, nulls, and names that stay."""

import json

from gateway.measuring import measurement_of
from gateway.metrics import Meter, measurement_json
from tests.gateway.metrics.worked_example import EXAMPLES


def test_times_are_seconds_and_words_are_the_providers():
    chat = EXAMPLES["openai.chat"].interaction
    assert measurement_json(measurement_of(chat)) == {
        "source": "live",
        "state": "ok",
        "provider": "example",
        "api": "openai.chat",
        "model": "m",
        "status": 200,
        "error": None,
        "streamed": True,
        "new_connection": None,
        "ttfb": 0.28,
        "ttfc": 0.3,
        "ttft": 0.5,
        "ttfo": 2.0,
        "itl": 0.035353535,
        "tps": 28.285714286,
        "e2e": 4.0,
        "duration": 4.02,
        "stall_max": 0.1,
        "stalls": 0,
        "tokens_in": 20,
        "tokens_out": 100,
        "tokens_reasoning": None,
        "tokens_cached": None,
        "choices": 1,
        "token_frames": 40,
        "frames": 44,
        "bytes": len(chat.body),
    }


def test_what_was_not_measured_is_null_and_all_of_it_is_json():
    shown = measurement_json(Meter(replayed=True).measurement())
    assert json.loads(json.dumps(shown)) == shown
    assert shown["source"] == "replay"
    assert [shown[name] for name in ("model", "error", "ttfc", "ttft", "ttfo", "itl", "tps", "e2e", "tokens_out")] == [
        None
    ] * 9
