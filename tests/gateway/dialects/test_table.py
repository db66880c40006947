"""The table: every provider that the product promises, each with a dialect that is in the table too."""

from urllib.parse import urlsplit

import pytest

from gateway.dialects import DEFAULT_DIALECT, DIALECTS, PROVIDERS, Provider
from gateway.headers import CREDENTIALS


def test_the_built_in_providers():
    assert {provider.name for provider in PROVIDERS} == {
        "anthropic",
        "openai",
        "gemini",
        "ollama",
        "mistral",
        "cohere",
        "groq",
        "openrouter",
        "deepseek",
        "xai",
    }


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_each_speaks_a_known_dialect_over_tls_unless_it_is_on_this_machine(provider):
    assert DIALECTS[provider.dialect.name] is provider.dialect
    url = urlsplit(provider.url)
    assert url.scheme == "https" or url.hostname == "127.0.0.1"
    assert url.path == ""


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_whatever_may_carry_a_key_is_known_as_a_credential(dialect):
    assert dialect.credentials <= CREDENTIALS


def test_no_path_belongs_to_two_apis():
    paths = [path for dialect in DIALECTS.values() for path in dialect.paths]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize(
    ("name", "base_url"),
    [("anthropic", "http://g/anthropic"), ("openai", "http://g/openai/v1"), ("groq", "http://g/groq/openai/v1")],
)
def test_the_base_url_is_what_the_sdk_wants(name, base_url):
    provider = next(provider for provider in PROVIDERS if provider.name == name)
    assert provider.base_url("http://g") == base_url


def test_an_upstream_of_ones_own_speaks_what_most_do():
    assert Provider("mine", "http://localhost:8000", DEFAULT_DIALECT).base_url("http://g") == "http://g/mine/v1"
