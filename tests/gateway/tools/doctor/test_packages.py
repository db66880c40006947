"""Which versions were tested is what our own metadata says."""

from importlib.metadata import requires

import pytest

from gateway.tools.doctor.packages import plugin, requirements, sdks

TESTED = [("anthropic", "2.11", "3")]


def test_the_requirements_are_those_of_the_sdks_that_have_an_end():
    lines = [
        'anthropic<3,>=2.11; extra == "sdks"',
        "ollama<0.7,>=0.6.3 ; extra == 'sdks'",
        'boto3>=1.44; extra == "sdks"',
        "aiohttp<4,>=3.14",
        'pytest<10,>=9; extra == "test"',
    ]
    assert list(requirements(lines)) == [("anthropic", "2.11", "3"), ("ollama", "0.6.3", "0.7")]


def test_our_own_metadata_is_understood():
    assert {"anthropic", "openai", "google-genai"} <= {name for name, _, _ in requirements(requires("tokentape"))}


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ("2.11.0", "ok"),
        ("2.99.1", "ok"),
        ("3.0.0rc1", "warning"),
        ("3", "warning"),
        ("2.10.9", "warning"),
        ("10.0", "warning"),
        ("unknown", "warning"),
    ],
)
def test_versions(version, level):
    (found,) = sdks(TESTED, {"anthropic": version})
    assert (found.level, version in found.text) == (level, True)


def test_without_sdks():
    assert [found.level for found in sdks(TESTED, {})] == ["ok"]


@pytest.mark.parametrize(
    ("pytest_version", "environ", "registered", "level"),
    [
        ("", {}, False, "ok"),
        ("9.0", {}, True, "ok"),
        ("9.0", {}, False, "problem"),
        ("9.0", {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, True, "warning"),
        ("9.0", {"PYTEST_ADDOPTS": "-p no:tokentape"}, True, "problem"),
    ],
    ids=["no-pytest", "loaded", "not-installed", "not-loaded", "switched-off"],
)
def test_the_plugin(pytest_version, environ, registered, level):
    assert plugin(pytest_version, environ, registered=registered).level == level
