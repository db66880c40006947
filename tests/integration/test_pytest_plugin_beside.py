"""The pytest plugin beside others, and with every way to write a test."""

from tests.integration.pytest_projects import project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]

CLASSES = """
import unittest

@pytest.mark.cassette
class TestCase(unittest.TestCase):
    def setUp(self):
        self.first = swallow("set up")

    def test_one(self):
        assert "message_stop" in self.first

    @pytest.mark.cassette(misses=2)
    def test_two(self):
        swallow("never recorded")
        self.assertIn("@TestCase.test_two~", os.environ["ANTHROPIC_BASE_URL"])

    def test_swallowed(self):
        swallow("new" if os.environ.get("AGAIN") else "old")

class AsyncCase(unittest.IsolatedAsyncioTestCase):
    @pytest.mark.cassette
    async def test_three(self):
        import asyncio
        assert "message_stop" in await asyncio.to_thread(ask)

@pytest.mark.cassette
class TestPlain:
    @pytest.mark.parametrize("text", ["a/b", "a?b", "..", "nul", "ä", "A", "a", "x" * 300])
    def test_odd(self, text):
        assert "message_stop" in ask(text)
"""

SDKS = """
import asyncio
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI

MESSAGES = [{"role": "user", "content": "hello"}]

async def claude():
    async with AsyncAnthropic() as client:
        async with client.messages.stream(model="claude", max_tokens=99, messages=MESSAGES) as stream:
            return await stream.get_final_text()

async def gpt(**options):
    async with AsyncOpenAI(**options) as client:
        stream = await client.chat.completions.create(model="gpt", messages=MESSAGES, stream=True)
        return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
"""

ASYNC = f"""{SDKS}
@pytest.mark.asyncio
@pytest.mark.cassette
async def test_asyncio():
    texts = await asyncio.gather(*[ask_one() for ask_one in (claude, gpt, claude, gpt)])
    assert texts[:2] == texts[2:]

@pytest.mark.asyncio
async def test_two_at_once(cassette, cassette_factory):
    with cassette_factory("other", environ=False) as other:
        texts = await asyncio.gather(gpt(), gpt(base_url=other.base_url("openai")))
        assert len(cassette.interactions) == len(other.interactions) == 1

@pytest.mark.anyio
@pytest.mark.cassette
async def test_anyio():
    assert await claude()

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.asyncio
@pytest.mark.cassette
async def test_aiohttp(aiohttp_client):
    from aiohttp import ClientSession, web

    async def chat(request):
        url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
        body = {{"model": "gpt", "messages": MESSAGES, "stream": True}}
        async with ClientSession() as session, session.post(url, json=body) as answer:
            return web.Response(body=await answer.read())

    app = web.Application()
    app.router.add_get("/", chat)
    client = await aiohttp_client(app)
    async with client.get("/") as answer:
        assert "[DONE]" in await answer.text()
"""

THREADS = """
from concurrent.futures import ThreadPoolExecutor

@pytest.mark.cassette
def test_threads(cassette):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [f"number {number % 4}" for number in range(16)]))
    assert all("message_stop" in answer for answer in answers)
"""


LOOPS = ["asyncio_default_fixture_loop_scope = function"]


def test_classes_unittest_and_odd_parameters(project, monkeypatch):
    project.tests(test_classes=CLASSES)
    project.record()
    names = [name.removeprefix("cassettes/test_classes/") for name in project.cassettes]
    assert len(set(map(str.lower, names))) == len(names) == 11
    assert {"AsyncCase.test_three.cassette", "TestCase.test_one.cassette", "TestPlain.test_odd-a.cassette"} < set(names)
    monkeypatch.setenv("AGAIN", "1")
    result = project.run()
    result.assert_outcomes(passed=11, failed=1)
    result.stdout.fnmatch_lines(["*_ TestCase.test_swallowed _*", "tokentape: 1 request found no answer on *"])


def test_asynchronous_tests_with_both_sdks(project, monkeypatch):
    """One cassette asked by many at once, and two cassettes at once; with both modes of pytest-asyncio."""
    project.plugins("tokentape", "asyncio", "aiohttp", "anyio")
    project.ini("asyncio_mode = strict", *LOOPS)
    project.tests(test_async=ASYNC)
    keys = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY")
    for name in keys:
        monkeypatch.setenv(name, "a-key")
    project.record()
    for name in keys:
        monkeypatch.delenv(name)
    project.ini("asyncio_mode = auto", *LOOPS)
    project.run().assert_outcomes(passed=4)


def test_with_all_plugins_that_are_installed(project, monkeypatch):
    """As a user has it: what is there is loaded, in an order of its own."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    project.plugins()
    project.ini(*LOOPS)
    project.tests(test_one="@pytest.mark.cassette\ndef test_it(): assert ask()\n")
    project.run("-n", "1", "--cov=calls", "-W", "error").assert_outcomes(passed=1)


def test_beside_pytest_recording_and_pytest_socket(project):
    project.plugins("tokentape", "recording", "socket")
    project.tests(test_threads=THREADS)
    project.record()
    closed = ["--disable-socket", "--allow-hosts=127.0.0.1", "--block-network", "--allowed-hosts=127.0.0.1"]
    project.run(*closed, "--record-mode=none", "--cassette-mode=replay").assert_outcomes(passed=1)

    blocked = project.run("--disable-socket")
    blocked.assert_outcomes(errors=1)
    blocked.stdout.fnmatch_lines(["tokentape: *cannot listen*pytest-socket*--allow-hosts=127.0.0.1"])
    blocked.stdout.no_fnmatch_line("*gateway?pytest_plugin*")
