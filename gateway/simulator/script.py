"""What a simulated model says to a prompt: thinking, text, tool calls, why it stops, what it costs. Pure and seeded.

A token is one piece of text as the streams carry it, so usage counts exactly what was sent. The words depend on the
seed, the prompt, its turn and the tool results only: every API says the same, streamed or not. Ids depend on the whole
request.
"""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from random import Random
from typing import Literal

from gateway.simulator.prompt import Json, Prompt, Tool
from gateway.simulator.prose import capitals, speech, thoughts, topic
from gateway.simulator.schema import Filling, example
from gateway.simulator.simulation import Simulation

__all__ = ["BASE62", "HEX", "Call", "Script", "Stop", "born", "code", "digest", "write"]

Stop = Literal["end", "length", "stop_sequence", "tool_calls"]

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HEX = "0123456789abcdef"

_PIECE = re.compile(r"`+|\n[ \n]*| ?\w{1,9}| ?[^\w\s]|\s")
_SEPARATORS = "a line\u2028a paragraph\u2029a next line\u0085 "
_NEW_YEAR_2026 = 1_767_225_600
_YEAR = 31_536_000
# Four characters to a token is every provider's rule of thumb; the constant stands for the template around a message.
_CHARACTERS_PER_TOKEN = 4
_TEMPLATE_TOKENS = 7
_MOST_CALLS = 4
_SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call; `pieces` are its arguments as JSON text, token by token."""

    name: str
    arguments: Json
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """One whole answer, before any API gives it a shape. `created` is in Unix seconds."""

    fingerprint: str
    model: str
    created: int
    input_tokens: int
    thinking: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    stop: Stop = "end"
    stop_sequence: str | None = None

    @property
    def thinking_tokens(self) -> int:
        """Tokens of thinking, which count as output too."""
        return len(self.thinking)

    @property
    def output_tokens(self) -> int:
        """All tokens that the model says."""
        return len(self.thinking) + len(self.text) + sum(len(call.pieces) for call in self.calls)

    @property
    def total_tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens

    def id(self, label: str, length: int, alphabet: str = BASE62) -> str:
        """An identifier that only this request has; `label` says what for."""
        return code(self.fingerprint, label, length, alphabet)


def digest(*parts: bytes) -> str:
    """One fingerprint for all parts, none of which can run into the next."""
    return hashlib.sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest()


def code(fingerprint: str, label: str, length: int, alphabet: str = BASE62) -> str:
    """That many characters which follow from fingerprint and label."""
    return hashlib.shake_256(f"{fingerprint}/{label}".encode()).digest(length).translate(_letters(alphabet)).decode()


@cache
def _letters(alphabet: str) -> bytes:
    """The table that makes a letter of every byte; that some letters come a little more often does not matter."""
    return bytes(alphabet.encode()[byte % len(alphabet)] for byte in range(256))


def born(seed: int) -> int:
    """The time at which everything of this seed says that it was created: some second of 2026, in Unix time."""
    return _NEW_YEAR_2026 + seed * 86_413 % _YEAR


def write(prompt: Prompt, model: str, simulation: Simulation, fingerprint: str) -> Script:
    """The answer to `prompt`, within its limits."""
    rng = Random(f"{simulation.seed}|{prompt.turn}|{prompt.text}|{'|'.join(prompt.results)}")
    thinking = _pieces(thoughts(rng, prompt.text, simulation.words)) if prompt.thinking else ()
    calls = _calls(prompt)
    text = "" if calls and not prompt.remarks else _said(rng, prompt, simulation, bool(calls))
    script = Script(
        fingerprint=fingerprint,
        model=model,
        created=born(simulation.seed),
        input_tokens=_TEMPLATE_TOKENS + prompt.size // _CHARACTERS_PER_TOKEN,
        thinking=thinking,
        text=_pieces(text),
        calls=calls,
        stop="tool_calls" if calls else "end",
    )
    return _limited(_stopped(script, prompt.stops), prompt.limit)


def _said(rng: Random, prompt: Prompt, simulation: Simulation, calling: bool) -> str:
    """The text: a remark before calls, JSON for a schema, the results in a sentence, or prose."""
    if calling:
        return "Let me look that up – un moment."
    if prompt.schema is not None:
        return _json(example(prompt.schema, _filling(prompt.text)))
    prose = speech(rng, prompt.text, simulation.words)
    if prompt.results:
        prose = f"The tool says: {'; '.join(result[:200] for result in prompt.results)}. {prose}"
    return _SEPARATORS + prose if simulation.separators else prose


def _calls(prompt: Prompt) -> tuple[Call, ...]:
    """The calls that the prompt leads to: of each tool that it speaks of, one for each name in it."""
    if prompt.results:
        return ()
    tools = [tool for tool in prompt.tools if _spoken_of(tool, prompt.text)]
    if prompt.must_call and not tools:
        tools = list(prompt.tools[:1])
    calls = [_call(tool, _filling(prompt.text, place)) for tool in tools for place in capitals(prompt.text) or ("",)]
    distinct = list({(call.name, call.pieces): call for call in calls}.values())
    return tuple(distinct[: 1 if prompt.one_call else _MOST_CALLS])


def _call(tool: Tool, filling: Filling) -> Call:
    arguments = example({"type": "object", **tool.schema}, filling)
    return Call(tool.name, arguments, _pieces(_json(arguments)))


def _spoken_of(tool: Tool, text: str) -> bool:
    """Whether a word of the tool's name, or the whole of it, is in the prompt."""
    asked = text.lower()
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", tool.name)
    return tool.name.lower() in asked or any(
        len(word) >= _SHORTEST_WORD and re.search(rf"\b{word.lower()}", asked) for word in words
    )


def _filling(text: str, place: str = "") -> Filling:
    number = re.search(r"\d{1,9}", text)
    return Filling(place or next(iter(capitals(text)), "Zürich"), int(number[0]) if number else 7, topic(text))


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(_PIECE.findall(text))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _stopped(script: Script, stops: tuple[str, ...]) -> Script:
    """The script up to the first stop sequence in its text, if there is one."""
    text = "".join(script.text)
    at, stop = min(((text.find(stop), stop) for stop in stops if stop in text), default=(-1, ""))
    if at < 0:
        return script
    return replace(script, text=_pieces(text[:at]), calls=(), stop="stop_sequence", stop_sequence=stop)


def _limited(script: Script, limit: int | None) -> Script:
    """The script cut to so many tokens: thinking first, then text, then the calls that still fit as a whole."""
    if limit is None or script.output_tokens <= limit:
        return script
    thinking = script.thinking[:limit]
    text = script.text[: limit - len(thinking)]
    sums = accumulate((len(call.pieces) for call in script.calls), initial=len(thinking) + len(text))
    fitting = sum(total <= limit for total in sums) - 1
    return replace(
        script,
        thinking=thinking,
        text=text,
        calls=script.calls[:fitting] if len(text) == len(script.text) else (),
        stop="length",
        stop_sequence=None,
    )
