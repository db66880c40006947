"""The pytest plugin: a cassette for each test that is marked, played to the SDKs in it.

    @pytest.mark.cassette
    def test_greeting(cassette): ...

    marker ──> Wanted ─┐
    flags, ini ──> Options ─┴──> Worker: one gateway, started when first needed ──> Use, a test's session ──> Outcome
                                                                                                                │
    terminal <── Summary, in the process that has the terminal <── with the test's report, through xdist too ──┘

It is loaded into every run of pytest, so it may cost nothing where it is not used: here only pytest and the standard
library are imported, and the gateway comes with the first cassette. docs/pytest.md is the page for users.
"""

from gateway.pytest_plugin.fixtures import cassette, cassette_factory, cassette_of_the_marker
from gateway.pytest_plugin.hooks import pytest_addoption, pytest_configure

__all__ = ["cassette", "cassette_factory", "cassette_of_the_marker", "pytest_addoption", "pytest_configure"]
