"""What would be typed, as the options make it."""

from gateway.cli.bench.options import Flags

__all__ = ["flags"]


def flags(**given):
    """The defaults, and what is given."""
    nothing = dict.fromkeys(["api", "file", "cassette", "model", "max_tokens", "key_env", "rate", "concurrency"])
    files = dict.fromkeys(["requests", "duration", "min_goodput", "jsonl_file", "csv_file", "record"])
    rest = {
        "target": "openai",
        "prompts": (),
        "arrivals": "constant",
        "seed": 0,
        "warm_up": 2,
        "max_in_flight": 256,
        "fresh": False,
        "client_name": "own",
        "objectives": (),
        "as_json": False,
    }
    return Flags(**{**nothing, **files, **rest, **given})
