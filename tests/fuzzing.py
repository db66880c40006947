"""`python -m tests.fuzzing [SECONDS] [FOLDER]`: the decoders and dialects against inputs that grow towards new code.

Coverage-guided, with atheris (`pip install atheris`; Linux). An input is either any bytes as a body of any API in any
framing, cut anywhere, or one of the streams in `tests/gateway/dialects/kinds`, changed as the input's numbers say. It
finds exceptions, broken rules of the format, inputs that take longer than ten seconds or 2 GiB. What was found is
written to FOLDER (default: the current one) as `crash-...`; `python -m tests.fuzzing crash-...` runs it again.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gateway"]):
    from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from tests.corpus import samples
from tests.gateway.dialects.kinds import MEDIA_TYPES, apis, framed
from tests.gateway.mutations import mutated
from tests.gateway.stream_rules import order, shape

APIS = [(api, list(api.KINDS.values())) for api in apis().values()]
PATHS = [api.PATH for api, _ in APIS] + ["/nothing/known"]
TYPES = [*MEDIA_TYPES.values(), "application/json", "", "text/plain"]
CODINGS = ["", "", "", "gzip", "deflate", "br"]
STATUSES = [200, 200, 200, 429]
ENDS = [COMPLETE, End("upstream_error", "closed: by the test"), End("client_closed")]
LONGEST = 1 << 14


def one(data: bytes) -> None:
    """One input: its first byte says of which sort it is."""
    numbers = atheris.FuzzedDataProvider(data)
    interaction = changed_stream(numbers) if numbers.ConsumeBool() else any_bytes(numbers)
    events = list(read(interaction, raw=True))
    broken = [*order(events), *shape(events)]
    assert not broken, broken


def any_bytes(numbers: atheris.FuzzedDataProvider) -> Interaction:
    path, media_type, coding, status, end = map(numbers.PickValueInList, (PATHS, TYPES, CODINGS, STATUSES, ENDS))
    sizes = [numbers.ConsumeIntInRange(1, 64) for _ in range(numbers.ConsumeIntInRange(0, 8))]
    body = numbers.ConsumeBytes(LONGEST)
    pieces = []
    for size in sizes:
        pieces.append(body[:size])
        body = body[size:]
    return answer(path, media_type, [*pieces, body], end, coding, status)


def changed_stream(numbers: atheris.FuzzedDataProvider) -> Interaction:
    api, streams = APIS[numbers.ConsumeIntInRange(0, len(APIS) - 1)]
    values = streams[numbers.ConsumeIntInRange(0, len(streams) - 1)]
    end = numbers.PickValueInList(ENDS)
    times = numbers.ConsumeIntInRange(0, 8)
    strange = mutated(values, lambda count: numbers.ConsumeIntInRange(0, count - 1), times=times)
    if numbers.ConsumeIntInRange(0, 3) == 0:
        return answer(api.PATH, "application/json", [framed("ndjson", value) for value in strange[-1:]], end)
    return answer(api.PATH, MEDIA_TYPES[api.WIRE], [framed(api.WIRE, value) for value in strange], end)


def answer(
    path: str, media_type: str, pieces: list[bytes], end: End, coding: str = "", status: int = 200
) -> Interaction:
    chunks = tuple(Chunk(number, piece) for number, piece in enumerate(pieces) if piece)
    headers = (("content-type", media_type), ("content-encoding", coding))
    return Interaction(Request("any", "POST", path), Response(status, headers), 0, chunks, end, len(pieces))


def seeds(folder: Path) -> None:
    """Bodies to begin with: real ones where the corpus is there, and every kind's stream as its bytes."""
    bodies = [sample.body for sample in samples() if len(sample.body) < LONGEST]
    bodies += [b"".join(framed(api.WIRE, value) for value in values) for api, streams in APIS for values in streams]
    for number, body in enumerate(bodies):
        (folder / f"seed{number}").write_bytes(body)


def main() -> None:
    arguments = sys.argv[1:]
    if arguments and Path(arguments[0]).is_file():
        options = [arguments[0]]
    else:
        wanted = int(arguments[0]) if arguments else 600
        folder = Path(arguments[1]) if len(arguments) > 1 else Path()
        corpus = Path(tempfile.mkdtemp(prefix="tokentape-fuzzing-"))
        seeds(corpus)
        limits = [f"-max_total_time={wanted}", f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2048"]
        options = [*limits, f"-artifact_prefix={folder}/", str(corpus)]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
