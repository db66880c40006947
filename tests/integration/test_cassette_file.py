"""The promises about cassette files that need real processes: killed, at a limit, or one against the other."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from recorder.entry import sections_of
from recorder.errors import CassetteLocked
from recorder.format import Header, encode_header, encode_record, pack
from recorder.store import Store
from tests.recorder.interactions import BROKEN, STREAM, cassette

ROOT = Path(__file__).parents[2]

RECORD_FOR_EVER = """
import sys
from dataclasses import replace
from pathlib import Path
from recorder.interaction import Chunk
from recorder.store import Store
from tests.recorder.interactions import STREAM

store = Store(Path(sys.argv[1]))
for number in range(100_000):
    body = bytes([number % 256]) * (number % 7 * 300_000)
    store.append(replace(STREAM, facts={"number": number}, chunks=(Chunk(number, body),)), "f", 1)
    print(number, flush=True)
"""

HOLD_THE_LOCK = """
import sys
from pathlib import Path
from recorder.store import Store

store = Store(Path(sys.argv[1]))
store.lock()
print("locked", flush=True)
sys.stdin.read()
"""

RECORD_WITH_SMALL_FILES = """
import resource, sys
from pathlib import Path
from recorder.errors import CassetteError
from recorder.store import Store
from tests.recorder.interactions import BROKEN, FINGERPRINTS, STREAM

store = Store(Path(sys.argv[1]))
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    while True:
        store.append(STREAM, FINGERPRINTS[0], 1)
except CassetteError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.append(BROKEN, "f", 1)
store.close()
"""

READ_WITH_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from recorder.errors import CassetteError
from recorder.store import Store

resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
store = Store(Path(sys.argv[1]))
try:
    entries = store.read()
    for entry in entries:
        store.load(entry)
    print(len(entries), "interactions")
except CassetteError as error:
    print(error)
    sys.exit(3)
"""


@contextmanager
def running(source: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", source, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("seed", range(10))
def test_what_was_acknowledged_before_kill_9_is_on_file_and_nothing_half_is(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "x.cassette"
    chance = random.Random(seed)
    with running(RECORD_FOR_EVER, path) as process:
        last = -1
        for _ in range(chance.randrange(1, 30)):
            last = int(line_of(process))
        time.sleep(chance.random() * 0.005)  # somewhere inside an append
        process.send_signal(signal.SIGKILL)
        assert process.stdout is not None
        last = max([last, *map(int, process.stdout.read().split())])
    store = Store(path)
    found = [store.load(entry) for entry in store.read()]
    assert store.damage is None or store.damage.torn
    assert last + 1 <= len(found) <= last + 2
    for number, interaction in enumerate(found):
        assert interaction.facts == {"number": number}
        assert interaction.body == bytes([number % 256]) * (number % 7 * 300_000)
    store.append(BROKEN, "f", 1)
    store.close()
    assert len(Store(path).read()) == len(found) + 1
    assert [each.name for each in tmp_path.iterdir()] == ["x.cassette"]


def test_a_second_writer_is_refused_with_the_pid_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "x.cassette"
    store = Store(path)
    with running(HOLD_THE_LOCK, path) as process:
        assert line_of(process) == "locked"
        with pytest.raises(CassetteLocked, match=rf"\(pid {process.pid}\)"):
            store.lock()
        assert store.read() == []
        process.send_signal(signal.SIGKILL)
    store.append(STREAM, "f", 1)
    store.close()
    assert len(Store(path).read()) == 1


@pytest.mark.parametrize("spare", [0, 1, 27, 28, 300, -1])
def test_a_full_disk_leaves_whole_interactions_only(tmp_path: Path, spare: int) -> None:
    path = tmp_path / "x.cassette"
    limit = len(cassette(STREAM, STREAM, STREAM)) + spare
    whole = 3 if spare >= 0 else 2
    with running(RECORD_WITH_SMALL_FILES, path, limit) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said == f"{path}: cannot write it: File too large; check the file and the disk\n"
    store = Store(path)
    assert [store.load(entry) for entry in store.read()] == [*[STREAM] * whole, BROKEN]
    assert store.damage is None


SEED = 0x5EED
EMPTY = replace(BROKEN, chunks=())


def bomb(meta: bytes, count: int = 1) -> bytes:
    return encode_header(Header(SEED)) + encode_record(meta, b"", SEED) * count


def many_headers() -> bytes:
    headers = (("a", "b"),) * 500
    return pack({**sections_of(EMPTY, "", 1).fields, "request_headers": headers, "response_headers": headers})


BOMBS: dict[str, Callable[[], bytes]] = {
    "nested arrays": lambda: bomb(b"\x81\xa6status" + b"\x91" * 1_000_000),
    "many maps": lambda: bomb(b"\x81\xa8upstream\xdc\x01\xf4" + (b"\xdc\x01\xf4" + b"\x80" * 500) * 500),
    "promised gigabytes": lambda: bomb(b"\x81\xa8upstream\xdb\xff\xff\xff\xff"),
    "many small interactions": lambda: bomb(sections_of(EMPTY, "", 1).meta, 60_000),
    "many headers": lambda: bomb(many_headers(), 5_000),
}


@pytest.mark.parametrize("build", BOMBS.values(), ids=BOMBS)
def test_a_hostile_file_ends_soon_in_little_memory(tmp_path: Path, build: Callable[[], bytes]) -> None:
    path = tmp_path / "x.cassette"
    path.write_bytes(build())
    with running(READ_WITH_LITTLE_MEMORY, path) as process:
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert said.startswith(f"{path}: at byte ")
    assert said.count("\n") == 1
