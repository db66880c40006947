"""A cassette as text that says in a diff what changed: `git diff` and `git log -p` show it (`tokentape git textconv`).

    POST /v1/messages (anthropic)        the title; git repeats it above each change
      request: ...                       what was asked
      answer: ...                        what was said, without ids and times
      recording: ...                     when and how quick, roughly: one line, so that a re-recording changes one line

Interactions have no number: one that is added would change all behind it. Nothing in a line harms a terminal, and there
is a text for every file: git stops at a conversion that fails.
"""

from collections.abc import Iterator
from pathlib import Path

from gateway.escaping import escaped
from gateway.reader import read
from gateway.tools.outline import outline
from gateway.tools.said import answer_of, request_of
from gateway.transcript import Transcript
from recorder.canonical import Tree
from recorder.errors import CassetteError
from recorder.interaction import Interaction
from recorder.matching import Matcher
from recorder.store import Store

__all__ = ["file_text", "interaction_text", "roughly"]

_TITLE = ("upstream", "method", "path")


def file_text(path: Path) -> Iterator[str]:
    """The lines of a cassette file of any name, with what is wrong with it."""
    if not path.is_file():  # a pipe or a device might never end
        yield f"not readable: {'not a regular file' if path.exists() else 'no such file'}"
        return
    store = Store(path)
    try:
        entries = store.read(verify=False)
    except CassetteError as error:
        yield from _unreadable(path, error)
        return
    for entry in entries:
        try:
            yield from interaction_text(store.load(entry))
        except CassetteError as error:
            yield _reason(path, error)
        yield ""
    if store.damage:
        yield _reason(path, store.damage.message)


def _unreadable(path: Path, error: CassetteError) -> Iterator[str]:
    """Why, and which bytes: a pointer of Git LFS or a merge conflict is text."""
    yield _reason(path, error)
    try:
        data = path.read_bytes()
    except OSError:
        return
    yield from outline("content", data)


def _reason(path: Path, error: object) -> str:
    """Without the name of the file: git hands us blobs under a new name each time."""
    return "not readable: " + escaped(str(error).removeprefix(f"{path}: "), limit=1000)


def interaction_text(interaction: Interaction) -> Iterator[str]:
    """One interaction as lines; only its title is not indented."""
    request = interaction.request
    transcript = Transcript.of(read(interaction))
    asked = request_of(request, Matcher())
    yield f"{escaped(request.method)} {escaped(request.path)} ({escaped(request.upstream)})"
    yield from _indented("request", {name: part for name, part in asked.items() if part and name not in _TITLE})
    yield from _indented("answer", answer_of(interaction, transcript))
    yield f"  recording: {', '.join(_recording(interaction, transcript))}"


def _indented(name: str, tree: Tree) -> Iterator[str]:
    return (f"  {line}" for line in outline(name, tree))


def _recording(interaction: Interaction, transcript: Transcript) -> Iterator[str]:
    yield escaped(str(interaction.facts.get("recorded_at", ""))[:10]) or "no date"
    if transcript.ttft is not None:
        yield f"first token after {_seconds(transcript.ttft * 1000)}"
    yield f"end after {_seconds(interaction.end_at)}"
    yield f"chunks: about {roughly(len(interaction.chunks)):.0f}"
    if agent := interaction.request.header("user-agent"):
        yield escaped(agent)


def _seconds(micros: float) -> str:
    return f"{roughly(micros / 1e6):g} s" if micros >= 100_000 else "less than 0.1 s"


def roughly(number: float) -> float:
    """`number` to its first digit: what a second recording mostly gives again."""
    return float(f"{number:.0e}")
