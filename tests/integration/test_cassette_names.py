"""The name of a cassette comes with a URL: whatever it is, nothing outside the folder is touched."""

from pathlib import Path

import pytest

from tests.integration.gateways import ask, gateway, post
from tests.integration.upstreams import plays, scripted, sse

UPWARDS = ["..%2f..%2fevil", "%2e%2e%2fevil", "..", "%2e%2e", ".", "..%2f", "a%2f..%2f..%2fevil", "a%2f%2e%2e%2fevil"]
ABSOLUTE = [
    "%2fetc%2fevil",
    "%2f%2fevil",
    "a%2f%2fb",
    "a%2f",
    "..%5c..%5cevil",
    "a%5cb",
    "C:%5cevil",
    "C:evil",
    "~",
    "~root",
]
HIDDEN = [".hidden", "a%2f.hidden", ".git%2fconfig", "-flag", "_x"]
CONTROLS = ["a%00", "a%00.cassette", "a%0a", "a%0d%0ab", "a%1b[31m", "a%7f", "a%e2%80%8bb", "a%e2%80%aeb"]
ODD = ["a%20b", "a;b", "a|b", "a*b", "a%3fb", "a%22b", "$(id)", "`id`", "%c3%a9", "%ff", "caf\u00e9", "", "%", "%zz"]
RESERVED = ["con", "NUL", "aux.txt", "com1", "name.cassette", "x" * 129, "a%2f" * 300 + "b"]
BAD_NAMES = [*UPWARDS, *ABSOLUTE, *HIDDEN, *CONTROLS, *ODD, *RESERVED]
GOOD_NAMES = ["evil", "a%2fb%2fc", "conftest.py", "x.pth", "A-1_b.c", "x" * 128]


@pytest.mark.parametrize("mode", ["all", "replay"])
async def test_a_name_of_a_cassette_never_leads_out_of_the_folder(mode: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "cassettes"
    folder.mkdir(parents=True)
    (folder / "way-out").symlink_to(tmp_path)
    async with scripted(plays(sse(b"x"))) as upstream:
        async with gateway(upstream.url, mode=mode, cassettes=folder) as gate:
            for name in [*BAD_NAMES, "way-out%2fevil"]:
                refused = await ask(gate, post(f"/@{name}/openai/v1/x"))
                assert refused.status in (400, 404), name
                assert refused.ended == "clean", name
        assert not upstream.requests
    assert everything_below(tmp_path) == {"deep", "deep/cassettes", "deep/cassettes/way-out"}


async def test_a_good_name_of_a_cassette_becomes_a_file_in_the_folder_with_its_own_suffix(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes"
    async with scripted(plays(sse(b"x"))) as upstream, gateway(upstream.url, mode="all", cassettes=folder) as gate:
        for name in GOOD_NAMES:
            assert (await ask(gate, post(f"/@{name}/openai/v1/x"))).status == 200, name
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {f"cassettes/{name.replace('%2f', '/')}.cassette" for name in GOOD_NAMES}


def everything_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
