"""What the simulated model says: a seeded grammar of stories, songs, code and plain answers.

Every text holds characters of two, three and four bytes, and most an emoji joined by U+200D: real models' do, and those
are what careless relays break. Only `Random.random()` is used: its sequence is the one that Python
promises to keep between versions.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

__all__ = ["capitals", "speech", "thoughts", "topic"]

_NAMES = ("Zoë", "José", "Søren", "Maëlle", "Łucja", "Inés", "Chloé", "Jürgen")
_THINGS = ("lantern", "radio", "kettle", "compass", "bicycle", "notebook", "umbrella", "telescope")
_PLACES = ("the old café", "the harbour", "platform nine", "the observatory", "a small façade", "the last village")
_MOODS = ("softly", "out of tune", "without hurry", "like rain", "for the first time", "as if nobody listened")
_COLOURS = ("blue", "silver", "golden", "green", "violet", "copper")

_STORY = (
    "{name} kept a {colour} {thing} in {place}.",
    "It had never been told about {topic}, and it hummed {mood}.",
    "One night the {thing} began to speak {mood}.",
    "“Take me to {topic},” it said, and {name} found no reason not to.",
    "They left {place} before the {colour} light came back.",
    "On the way {other} joined them with a {colour} map of {topic}.",
    "Nobody in {place} believed the letters that {name} wrote.",
    "So they waited, and {topic} came a little closer.",
)
_STORY_END = (
    "“Hello, 世界,” said {name}, and waved. 👩‍🚀",
    "Since then the {thing} is quiet, and {name} writes “再见” on every postcard. 👨‍👩‍👧",
)
_SONG = (
    "Oh {topic}, you shimmer {mood},",
    "my {colour} {thing} is humming along;",
    "we danced in the doors of {place},",
    "and {name} wrote the half of this song.",
    "The night has a {colour} horizon,",
    "it carries us {mood} and slow,",
)
_SONG_END = ("la la la, 世界, we go! 🎶👩‍🎤", "♪ la la, and the tide says: 月 ♪ 🧑‍🚀")
_PLAIN = (
    "There is more than one way to look at {topic}.",
    "First, it helps to know what {topic} is for: {name}'s rule is to start small.",
    "In practice a {colour} {thing} does the work, {mood}.",
    "Compare two cases before you decide; the difference is often a naïve assumption.",
    "Second, measure: 25 µs here, 3 × as much there.",
    "If in doubt, ask somebody at {place}.",
)
_PLAIN_END = ("In short: keep it simple – 简单. 👩‍💻", "That is all there is to it: voilà, 完成. 🧑‍🔬")
_CODE = (
    'def triangle(rows: int) -> None:\n    for row in range(1, rows + 1):\n        print("★" * row)\n\n\ntriangle(5)\n',
    'rows = 5\nfor row in range(1, rows + 1):\n    print(" " * (rows - row) + "★" * (2 * row - 1))\n',
    'for line in ("★" * row for row in range(1, 6)):\n    print(line)  # café-friendly\n',
)
_THOUGHTS = (
    "The user asks about {topic}.",
    "I should answer in the shape they want, not longer.",
    "Let me recall what I know: a {colour} {thing}, {place}, perhaps {name}.",
    "Is anything ambiguous? Not really – d'accord.",
    "A short plan: open, develop, close. 好.",
)

_TOPIC = re.compile(r"\b(?:about|on|of|with|for|in)\s+((?:[\w'-]+\s?){1,6})", re.IGNORECASE)
_CAPITALS = re.compile(r"(?<=[\w,;:)] )[A-ZÀ-ÖØ-ÞŁ][\w'-]+(?: [A-ZÀ-ÖØ-ÞŁ][\w'-]+)*")


def pick(rng: Random, choices: Sequence[str]) -> str:
    """One of them."""
    return choices[int(rng.random() * len(choices))]


def topic(prompt: str) -> str:
    """What the prompt is about: what follows its first `about`, `on`, ...; else the world."""
    about = re.search(r"\babout\s+((?:[\w'-]+\s?){1,6})", prompt, re.IGNORECASE) or _TOPIC.search(prompt)
    return about[1].strip() if about else "the world"


def capitals(prompt: str) -> list[str]:
    """The names in it: capitalised words that do not open a sentence."""
    return list(dict.fromkeys(_CAPITALS.findall(prompt)))


def speech(rng: Random, prompt: str, words: int) -> str:
    """An answer of about that many words, in the form that the prompt asks for."""
    asked = prompt.lower()
    for pattern, writer in _FORMS:
        if re.search(pattern, asked):
            return writer(rng, prompt, words)
    return _plain(rng, prompt, words)


def thoughts(rng: Random, prompt: str, words: int) -> str:
    """What goes before an answer of that length: about half of it, one short sentence at least."""
    return " ".join(_sentences(rng, _cast(rng, topic(prompt)), _THOUGHTS, words // 2 or 1))


def _cast(rng: Random, about: str) -> dict[str, str]:
    """Who and what takes part in one text."""
    return {"topic": about, "name": pick(rng, _NAMES), "thing": pick(rng, _THINGS), "place": pick(rng, _PLACES)}


def _sentences(rng: Random, cast: dict[str, str], templates: Sequence[str], words: int) -> Iterator[str]:
    """Filled templates in their order, over and over, until the words are there."""
    index = 0
    while words > 0:
        varied = {"other": pick(rng, _NAMES), "colour": pick(rng, _COLOURS), "mood": pick(rng, _MOODS)}
        sentence = templates[index % len(templates)].format(**cast, **varied)
        words -= len(sentence.split())
        index += 1
        yield sentence


def _composed(rng: Random, about: str, words: int, form: tuple[Sequence[str], Sequence[str]]) -> list[str]:
    """Sentences of a form, then one of its last ones."""
    body, ends = form
    cast = _cast(rng, about)
    end = next(_sentences(rng, cast, (pick(rng, ends),), 1))
    return [*_sentences(rng, cast, body, words - len(end.split())), end]


def _story(rng: Random, prompt: str, words: int) -> str:
    return " ".join(_composed(rng, topic(prompt), words, (_STORY, _STORY_END)))


def _song(rng: Random, prompt: str, words: int) -> str:
    return "\n".join(_composed(rng, topic(prompt), words, (_SONG, _SONG_END)))


def _plain(rng: Random, prompt: str, words: int) -> str:
    return " ".join(_composed(rng, topic(prompt), words, (_PLAIN, _PLAIN_END)))


def _code(rng: Random, prompt: str, words: int) -> str:
    """A fenced program; the words around it grow, the program does not."""
    program = _CODE[0] if "function" in prompt.lower() else pick(rng, _CODE[1:])
    after = " ".join(_composed(rng, "this program", words - 30, (_PLAIN, _PLAIN_END)))
    return f"Voilà:\n\n```python\n{program}```\n\n{after}"


_FORMS: tuple[tuple[str, Callable[[Random, str, int], str]], ...] = (
    (r"\b(code|program|function|script)\b", _code),
    (r"\b(song|poem|verse|lyrics)\b", _song),
    (r"\b(story|tale|novel)\b", _story),
)
