"""The routes of cassettes, as the page and curl use them."""

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gateway.page.cassettes import add_cassettes
from tests.gateway.page.test_shelf import put
from tests.recorder.interactions import BROKEN, STREAM


@pytest.fixture
def folder(tmp_path):
    put(tmp_path, "greeting", STREAM, BROKEN)
    put(tmp_path, "greeting/1", STREAM)
    (tmp_path / "secret.txt").write_text("not a cassette")
    return tmp_path / "cassettes"


@pytest_asyncio.fixture
async def client(folder):
    app = web.Application()
    add_cassettes(app, folder)
    async with TestClient(TestServer(app)) as client:
        yield client


async def told(client, path, status=200):
    answer = await client.get(path)
    assert answer.status == status
    assert answer.content_type == "application/json"
    return await answer.json()


async def test_the_list_the_numbers_and_one_interaction(client):
    listed = await told(client, "/_/api/cassettes")
    assert [row["name"] for row in listed["cassettes"]] == ["greeting", "greeting/1"]
    numbers = await told(client, "/_/api/cassettes/greeting")
    assert [each["state"] for each in numbers["interactions"]] == ["incomplete", "incomplete"]
    detail = await told(client, "/_/api/cassettes/greeting/1")
    assert detail["request"]["target"] == "/"


async def test_a_slash_in_a_name_is_no_slash_of_the_path(client):
    assert (await told(client, "/_/api/cassettes/greeting%2F1"))["total"] == 1
    assert (await told(client, "/_/api/cassettes/greeting%2F1/0"))["cassette"] == "greeting/1"


async def test_large_ones_come_in_parts(client):
    assert (await told(client, "/_/api/cassettes/greeting?from=1&count=5"))["interactions"][0]["index"] == 1
    part = await told(client, "/_/api/cassettes?from=1&count=1")
    assert (part["total"], [row["name"] for row in part["cassettes"]]) == (2, ["greeting/1"])


@pytest.mark.parametrize("query", ["from=-1", "from=x", "count=", "from=٣", "count=99999999999999999999"])
async def test_a_part_that_is_none_is_the_first(client, query):
    assert len((await told(client, f"/_/api/cassettes?{query}"))["cassettes"]) == 2


@pytest.mark.parametrize(
    "name",
    [
        "nowhere",
        "..%2Fsecret",
        "..%2Fsecret.txt",
        "%2e%2e%2fsecret",
        "%2Fetc%2Fpasswd",
        "greeting.cassette",
        "greeting%00",
        "greeting%0aSet-Cookie",
        ".hidden",
        "con",
        "a" * 200,
        "greeting%2F..%2F..%2Fsecret",
        "%F0%9F%92%A5",
        "greeting/2",
        "greeting/999999999",
    ],
)
async def test_nothing_but_cassettes_of_the_folder_is_there(client, name):
    assert set(await told(client, f"/_/api/cassettes/{name}", 404)) == {"error"}


async def test_nothing_can_be_changed(client):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await client.request(method, "/_/api/cassettes/greeting")).status == 405
