"""The check that every recording passes before it is written: it is found again, and no secret is left in it.

    interaction ── redacted ──> stored ── encoded, its request decoded again ──> check ──> written, or refused

A recording that could not be replayed, or that leaks, is worse than none: it is found out weeks later, by others. What
the search has just found clean is not searched again, so that this costs next to nothing where nothing was redacted.
"""

from collections.abc import Iterator

from recorder.carriers import raw, secrets_of, secrets_of_reply
from recorder.errors import Unstorable
from recorder.interaction import Interaction, Request
from recorder.matching import stored_fingerprint
from recorder.redaction import Redactor

__all__ = ["check_kept"]


def check_kept(came: Interaction, stored: Interaction, kept: Request, *, fingerprint: str, redactor: Redactor) -> None:
    """Raise Unstorable unless `stored` is what `came`, redacted and fit to be replayed.

    `kept` is its request as the file would say it, and `fingerprint` the default one under which it would be found.
    """
    for problem in _problems(came, stored, kept, fingerprint, redactor):
        what = f"{stored.request.method} {stored.request.path}"
        raise Unstorable(f"{what}: the check before it is written has failed: {problem}; please report this")


def _problems(
    came: Interaction, stored: Interaction, kept: Request, fingerprint: str, redactor: Redactor
) -> Iterator[str]:
    if kept != stored.request:
        yield "the file would say something else"
    changed = _is_changed(came, stored)
    again = redactor.request(kept) if changed else kept  # else the search has just found it clean
    if stored_fingerprint(again)[0] != fingerprint:
        yield "the request does not match itself"
    secrets = _secrets(came)
    if secrets and any(secret in text for text in _texts(stored, changed=changed) for secret in secrets):
        yield "a secret of the request is left in it"
    if changed and redactor.interaction(stored) != stored:
        yield "redacting it again changes it"
    if stored.chunks is not came.chunks and _measures(stored) != _measures(came) and not _is_inflated(came, stored):
        yield "the chunks have other times or sizes"


def _measures(interaction: Interaction) -> list[tuple[int, int]]:
    return [(chunk.at, len(chunk.data)) for chunk in interaction.chunks]


def _is_inflated(came: Interaction, stored: Interaction) -> bool:
    """Whether a body that came compressed is stored without its compression."""
    return came.response.header("content-encoding") != stored.response.header("content-encoding")


def _is_changed(came: Interaction, stored: Interaction) -> bool:
    """Whether redaction has changed anything but which headers there are."""
    return (
        stored.chunks is not came.chunks
        or stored.request.body != came.request.body
        or stored.request.target != came.request.target
        or "redacted" in stored.facts
    )


def _secrets(came: Interaction) -> tuple[bytes, ...]:
    return secrets_of(came.request) + secrets_of_reply(came.response)


def _texts(stored: Interaction, *, changed: bool) -> Iterator[bytes]:
    """All that is stored; of bodies only what was changed, since what was not has just been searched."""
    request, response = stored.request, stored.response
    yield f"{request.method}\n{request.upstream}\n{stored.end.kind}\n{stored.end.reason}".encode("utf-8", "replace")
    yield b"\n".join([raw(f"{name}: {value}") for name, value in (*request.headers, *response.headers)])
    yield "\n".join([f"{name}: {fact}" for name, fact in stored.facts.items()]).encode("utf-8", "replace")
    yield raw(request.target)
    if changed:
        yield request.body
        yield stored.body
