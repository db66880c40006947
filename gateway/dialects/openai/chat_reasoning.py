"""Reasoning in chat completions, which OpenAI's own API does not have: every server has its name for it.

* A text: `reasoning_content` (DeepSeek, and most), `reasoning` (OpenRouter, Groq, vLLM, Ollama), `reasoning_text`
  (Copilot).
* A list of details beside it that say the same text again, in pieces that have a type, an index, an id, a signature or
  encrypted data: `reasoning_details` (OpenRouter), `thinking_blocks` (LiteLLM). The text is said once, and the details
  decide what is one block.
"""

from gateway.dialects.api import Value, rest_of
from gateway.dialects.openai.choice import Choice

__all__ = ["REASONING", "say_reasoning"]

_TEXTS = ("reasoning_content", "reasoning", "reasoning_text")
_DETAILS = ("reasoning_details", "thinking_blocks")
_OPAQUE = "reasoning_opaque"  # Copilot's encrypted reasoning

_DETAIL_TEXTS = ("text", "summary", "thinking")
_SEALED = ("signature", "data")

_SAID = (*_TEXTS, *_DETAILS)

REASONING = frozenset({*_SAID, _OPAQUE})


def say_reasoning(choice: Choice, delta: Value) -> None:
    """Whatever of it stands in a delta."""
    if REASONING.isdisjoint(delta):
        return
    said = {name: delta[name] for name in _SAID if delta.get(name)}
    if said:
        _say(choice, said)
    if delta.get(_OPAQUE):
        choice.out.delta(choice.going("thinking"), "signature", value=delta[_OPAQUE])


def _say(choice: Choice, said: Value) -> None:
    """The text, once, and what is told beside it."""
    text = next((said[name] for name in _TEXTS if name in said), "")
    agreeing = next((name for name in _DETAILS if name in said and _agrees(said[name], text)), "")
    details = said.pop(agreeing, [])
    if not _texts(details):
        choice.speak("thinking", text)
    for item in details:
        _say_detail(choice, item)
    for name, other in said.items():
        if other != text:
            choice.out.delta(choice.going("thinking"), "provider", provider={name: other})


def _say_detail(choice: Choice, item: Value) -> None:
    """One detail. Those of the same type and index are one block."""
    kind = item.get("type")
    about = rest_of(item, frozenset({_text_field(item), *_SEALED}))
    block = choice.block("thinking", (kind, item.get("index")), about=about)
    choice.out.text(block, _text(item))
    for name in _SEALED:
        if item.get(name):
            choice.out.delta(block, "signature", value=item[name])


def _agrees(details: list[Value], text: str) -> bool:
    """Whether details say what the text beside them says, if either says anything."""
    return not text or _texts(details) in ("", text)


def _texts(details: list[Value]) -> str:
    return "".join(map(_text, details))


def _text(item: Value) -> str:
    text: str = item.get(_text_field(item), "")
    return text


def _text_field(item: Value) -> str:
    return next((name for name in _DETAIL_TEXTS if item.get(name)), "")
