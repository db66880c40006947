"""What the environment does to SDKs. And that no key comes out of it."""

import pytest

from gateway.environment import BASE_URLS, DUMMY_KEY, child_environment
from gateway.tools.doctor.environment import base_urls, keys, proxies

GATEWAY = "http://127.0.0.1:8077"
KEY = "k" * 40


def told(diagnoses):
    return [(each.level, each.text, each.remedy) for each in diagnoses]


def levels(diagnoses):
    return [each.level for each in diagnoses]


@pytest.mark.parametrize("variable", BASE_URLS)
def test_what_run_sets_is_right(variable):
    environ = {variable: child_environment({}, GATEWAY, dummy_keys=False)[variable]}
    assert told(base_urls(environ, GATEWAY)) == [("ok", f"{variable} leads to the gateway", "")]


@pytest.mark.parametrize(
    ("variable", "url", "level", "part"),
    [
        ("ANTHROPIC_BASE_URL", f"{GATEWAY}/anthropic/v1", "problem", "requests go to /v1/v1/..."),
        ("ANTHROPIC_BASE_URL", "https://api.anthropic.com/v1/", "problem", "requests go to /v1/v1/..."),
        ("GOOGLE_GEMINI_BASE_URL", f"{GATEWAY}/gemini/v1beta", "problem", "requests go to /v1beta/v1/..."),
        ("ANTHROPIC_BASE_URL", "http://localhost:8077", "ok", "leads to the gateway"),
        ("ANTHROPIC_BASE_URL", f"{GATEWAY}/@some/cassette/anthropic/", "ok", "leads to the gateway"),
        ("OPENAI_BASE_URL", f"{GATEWAY}/openai", "problem", "needs /v1 at its end"),
        ("OPENAI_BASE_URL", f"{GATEWAY}/groq/openai/v1/", "ok", "leads to the gateway"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:9999/v1", "warning", "leads to 127.0.0.1:9999, not to the gateway"),
        ("OPENAI_BASE_URL", "https://api.openai.com/v1", "warning", "leads to api.openai.com:443, not to the gateway"),
        ("OPENAI_API_BASE", "ftp://x/v1", "problem", "is no http:// or https:// URL"),
        ("OPENAI_API_BASE", "http://x:99999/v1", "problem", "is no http:// or https:// URL"),
        ("OPENAI_API_BASE", "http://", "problem", "is no http:// or https:// URL"),
        ("OLLAMA_HOST", "127.0.0.1:11434", "warning", "leads to 127.0.0.1:11434"),
        ("GOOGLE_GENAI_USE_VERTEXAI", "True", "warning", "does not look at GOOGLE_GEMINI_BASE_URL"),
        ("GOOGLE_GENAI_USE_VERTEXAI", "false", None, ""),
    ],
)
def test_base_urls(variable, url, level, part):
    found = [each for each in base_urls({variable: url}, GATEWAY) if variable in each.text]
    assert levels(found) == ([level] if level else [])
    assert all(part in each.text for each in found)
    assert all(bool(each.remedy) == (each.level != "ok") for each in found)


def test_without_base_urls_all_is_well():
    assert levels(base_urls({}, GATEWAY)) == ["ok"]


def test_the_remedy_for_a_doubled_version_takes_it_away():
    (found,) = base_urls({"ANTHROPIC_BASE_URL": f"{GATEWAY}/anthropic/v1"}, GATEWAY)
    assert found.remedy == 'export ANTHROPIC_BASE_URL="${ANTHROPIC_BASE_URL%/v1*}"'


@pytest.mark.parametrize(
    ("value", "level"),
    [(KEY, "ok"), (DUMMY_KEY, "warning"), ("test", "warning"), (f" {KEY}", "problem"), (f'"{KEY}"', "problem")],
    ids=["a-key", "ours", "short", "space", "quoted"],
)
def test_keys(value, level):
    (found,) = keys({"OPENAI_API_KEY": value})
    assert found.level == level
    assert value not in found.text + found.remedy


def test_without_any_key():
    (found,) = keys({"OPENAI_API_KEY": ""})
    assert (found.level, found.remedy) == ("warning", "export ANTHROPIC_API_KEY=... (to record)")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ["ok"]),
        ({"HTTP_PROXY": ""}, ["ok"]),
        ({"HTTP_PROXY": "http://p"}, ["problem"]),
        ({"http_proxy": "http://p", "no_proxy": "example.org"}, ["problem"]),
        ({"http_proxy": "http://p", "no_proxy": "example.org, 127.0.0.1"}, []),
        ({"http_proxy": "http://p", "NO_PROXY": "*"}, []),
        ({"http_proxy": "http://p", "NO_PROXY": "127.0.0.1", "no_proxy": "x"}, ["problem"]),
        ({"HTTPS_PROXY": "http://p"}, ["warning"]),
        ({"ALL_PROXY": "http://p"}, ["problem", "warning"]),
        ({"all_proxy": "http://p", "NO_PROXY": "127.0.0.1"}, ["warning"]),
    ],
    ids=["none", "empty", "plain", "others", "exempt", "all-exempt", "one-spelling", "outward", "both", "both-exempt"],
)
def test_proxies(environ, expected):
    assert levels(proxies(environ, "127.0.0.1")) == expected


def test_nothing_secret_is_repeated():
    environ = {
        **dict.fromkeys(BASE_URLS, f"http://user:{KEY}@127.0.0.1:8077/{KEY}/v1?key={KEY}"),
        **dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY"), f" {KEY}"),
        **dict.fromkeys(("HTTP_PROXY", "https_proxy"), f"http://user:{KEY}@proxy/"),
    }
    found = [*base_urls(environ, GATEWAY), *keys(environ), *proxies(environ, "127.0.0.1")]
    assert len(found) > 8
    assert KEY not in str(found)
