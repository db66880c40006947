"""Providers by the names that OpenTelemetry has for them."""

import pytest
from opentelemetry.semconv._incubating.attributes.gen_ai_attributes import GenAiProviderNameValues

from gateway.dialects import PROVIDERS, semantic_name

# They have none for these.
UNKNOWN = {"ollama", "openrouter"}


@pytest.mark.parametrize("name", [provider.name for provider in PROVIDERS] + ["bedrock"])
def test_a_provider_has_the_name_that_the_conventions_list(name):
    listed = {value.value for value in GenAiProviderNameValues}
    assert (semantic_name(name) in listed) is (name not in UNKNOWN)


def test_an_upstream_of_ones_own_keeps_its_name():
    assert semantic_name("local") == "local"
