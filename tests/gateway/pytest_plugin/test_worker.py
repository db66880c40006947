"""Which cassette a test has, and how it is run again. Verdicts as a user sees them: test_pytest_plugin."""

from tests.integration.pytest_projects import project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


def test_the_command_that_runs_a_test_again_is_good_from_here_and_without_xdist(project, monkeypatch):
    below = project.path / "below"
    below.mkdir()
    (below / "test_it.py").write_text(
        "import pytest\n"
        "from calls import swallow\n"
        "@pytest.mark.xdist_group('one')\n"
        "@pytest.mark.cassette\n"
        "class TestIt:\n"
        "    def test_it(self): swallow()\n"
    )
    monkeypatch.chdir(below)
    result = project.run("-n", "1", "--dist", "loadgroup", "--cassette-mode", "replay", "-o", "pythonpath=.")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*: pytest test_it.py::TestIt::test_it --cassette-mode new_episodes"])
    assert project.cassettes == []


def test_what_misses_after_the_test_is_an_error_of_its_end(project):
    project.tests(
        test_late="""
        @pytest.fixture
        def late(tmp_path):
            os.chdir(tmp_path)  # what is shown is as seen from where pytest was started
            yield
            swallow()

        @pytest.mark.cassette(mode="replay")
        def test_it(late): pass
        """
    )
    result = project.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_it*",
            "tokentape: 1 request found no answer on cassettes/test_late/test_it.cassette",
        ]
    )
