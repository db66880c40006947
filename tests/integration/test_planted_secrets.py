"""More than sixty secrets are planted in the traffic of one gateway; then everything that was written is searched.

Searched as bytes in many spellings, and as whoever reads a cassette sees it: joined over a stream's frames, inflated,
in every form that the tools print. Beside them goes what only looks like a secret, which has to survive.
"""

import base64
import json
import re
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from recorder.interaction import Interaction
from tests.integration.gateways import RawClient, recorded
from tests.integration.planted import KEPT, Plant, plants
from tests.integration.programs import Served, run_program, served
from tests.integration.test_secrets import assert_written_nowhere, leaks
from tests.integration.upstreams import Visit, chunk, scripted

_GAP = 0.001  # seconds between two writes: mostly two reads of the gateway
_PART = 12  # so many characters of a secret, read as they were meant, are a leak


@asynccontextmanager
async def recording_of(folder: Path, sent: list[Plant], *flags: str) -> AsyncIterator[Served]:
    """A gateway that has recorded these, one after the other; live traffic was not altered."""

    async def provider(visit: Visit) -> None:
        plant = sent[int((await visit.request()).header("x-plant"))]
        head = [b"HTTP/1.1 200 OK", b"Content-Type: " + plant.reply_type, b"Transfer-Encoding: chunked"]
        await visit.send(b"\r\n".join([*head, *plant.reply_headers, b"", b""]))
        for piece in plant.pieces:
            await visit.play(chunk(piece), _GAP)
        await visit.send(chunk(b""))

    async with scripted(provider) as upstream:
        async with served(folder, upstream.url, "--mode", "all", "--log-level", "debug", *flags) as gate:
            for number, plant in enumerate(sent):
                async with RawClient.to(gate.port) as client:
                    await client.send(request(number, plant))
                    answer = await client.answer("POST")
                assert answer.body == plant.reply, f"live traffic is not altered: {plant.name}"
            assert await gate.stopped() == 0
            yield gate
        for asked, plant in zip(upstream.requests, sent, strict=True):
            assert asked.body == plant.body, f"live traffic is not altered: {plant.name}"


def request(number: int, plant: Plant) -> bytes:
    lines = [
        f"POST /openai{plant.target} HTTP/1.1".encode(),
        b"Host: 127.0.0.1",
        b"Content-Type: " + plant.request_type,
        b"Content-Length: %d" % len(plant.body),
        b"X-Plant: %d" % number,
    ]
    return b"\r\n".join([*lines, *plant.headers, b"", plant.body])


def is_told(secret: str, text: str) -> bool:
    return any(secret[at : at + _PART] in text for at in range(len(secret) - _PART + 1))


def readings(interaction: Interaction, plant: Plant) -> list[str]:
    """The bodies as people and programs read them: inflated, joined, out of base64."""
    bodies = [interaction.request.body, interaction.body]
    if interaction.response.header("content-encoding") == "gzip":
        bodies.append(zlib.decompress(interaction.body, 31))
    texts = [body.decode("latin-1") for body in bodies]
    runs = [run for text in texts for run in re.findall(r"[A-Za-z0-9+/]{20,}", text)]
    texts += [base64.b64decode(run[: len(run) // 4 * 4]).decode("latin-1") for run in runs]
    return [*texts, plant.way.read(interaction.body) if plant.way else ""]


async def test_planted_secrets_are_nowhere(tmp_path: Path) -> None:
    sent = plants()
    secrets = {plant.name: plant.secret for plant in sent}
    assert len(secrets) == len(sent) >= 60
    async with recording_of(tmp_path, sent) as gate:
        log = gate.log
    assert "not recorded" not in log
    assert_written_nowhere(tmp_path, secrets, files=2)

    kept = recorded(tmp_path / "cassettes")
    assert len(kept) == len(sent), "each of them is stored"
    for plant, interaction in zip(sent, kept, strict=True):
        assert not any(is_told(plant.secret, text) for text in readings(interaction, plant)), plant.name
        assert len(interaction.request.body) == len(plant.body), plant.name
        if plant.name != "compressed answer":  # which is stored inflated
            assert len(interaction.body) == len(plant.reply), plant.name
        if plant.reply_type == b"application/json" and interaction.body:
            json.loads(interaction.body)

    shown = [
        ["show", "default"],
        ["show", "default", "--json"],
        ["show", "default", "--transcript"],
        ["show", "default", "--normalized"],
        ["show", "default", "--normalized", "--raw"],
        *[["export", "default", "--format", form] for form in ("jsonl", "har", "vcrpy")],
        ["check", "default", "--json", "--ignore", "no-end", "--ignore", "unreadable"],
        ["ls"],
    ]
    for arguments in shown:
        told = await run_program("tokentape", "cassette", *arguments, folder=tmp_path)
        assert told.code == 0, (arguments, told.stdout[-2000:], told.stderr)
        assert leaks(told.stdout.encode() + told.stderr.encode(), secrets) == set(), arguments


async def test_what_only_looks_like_a_secret_stays_byte_for_byte(tmp_path: Path) -> None:
    sent = [Plant(name, "", body=reply, pieces=(reply[:40], reply[40:])) for name, reply in KEPT.items()]
    sent += [
        Plant(name, "", reply_type=b"text/event-stream", pieces=(reply,))
        for name, reply in KEPT.items()
        if reply.startswith(b"data:")
    ]
    assert len(KEPT) >= 14
    async with recording_of(tmp_path, sent):
        pass
    for plant, interaction in zip(sent, recorded(tmp_path / "cassettes"), strict=True):
        assert interaction.request.body == plant.body, plant.name
        assert interaction.body == plant.reply, plant.name
        assert "redacted" not in interaction.facts, plant.name


async def test_what_cannot_be_searched_is_not_stored_and_said_so(tmp_path: Path) -> None:
    odd = b"\x1b\x4f\x00\xf8 a brotli stream, so to say"
    sent = [
        Plant("br", "", reply_headers=(b"Content-Encoding: br",), pieces=(odd,)),
        Plant("zstd", "", reply_headers=(b"Content-Encoding: zstd",), pieces=(odd,)),
        Plant("plain", ""),
    ]
    async with recording_of(tmp_path, sent) as gate:
        log = gate.log
    assert len(recorded(tmp_path / "cassettes")) == 1
    for coding in ("br", "zstd"):
        assert (
            "an interaction was not recorded: POST /v1/x: the response body cannot be redacted: its content coding "
            f"'{coding}' cannot be searched for secrets, only gzip and deflate can: have the client ask with "
            "Accept-Encoding: identity"
        ) in log
