"""Cassettes by hand: for a module, and several at once."""

from tests.integration.pytest_projects import project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


def test_cassettes_for_more_than_one_test(project):
    project.tests(
        test_more="""
        @pytest.fixture(scope="module")
        def answer(cassette_factory):
            with cassette_factory("shared/answer") as cassette:
                yield ask()

        def test_one(answer): assert "message_stop" in answer
        def test_two(answer): assert "message_stop" in answer
        def test_environment(answer, cassette): assert "@test_environment~" in os.environ["ANTHROPIC_BASE_URL"]
        def test_back_again(answer): assert "@answer~" in os.environ["ANTHROPIC_BASE_URL"]

        @pytest.mark.cassette("class")
        class TestShared:
            def test_one(self): ask("one")
            def test_two(self): ask("two")

        @pytest.mark.cassette(mode="all")
        def test_missing(cassette_factory):
            with cassette_factory("x", mode="replay"):
                swallow()
        """
    )
    recorded = project.run()
    recorded.assert_outcomes(passed=6, failed=1)
    recorded.stdout.fnmatch_lines(["tokentape: 1 request found no answer on cassettes/x.cassette"])
    recorded.stdout.fnmatch_lines(["*: pytest test_more.py::test_missing --cassette-mode new_episodes"])
    assert project.cassettes == ["cassettes/class.cassette", "cassettes/shared/answer.cassette"]
    project.provider("http://127.0.0.1:9")
    replayed = project.run("--deselect", "test_more.py::test_missing")
    replayed.assert_outcomes(passed=6, deselected=1)
    replayed.stdout.fnmatch_lines(["tokentape: 3 replayed on 3 cassettes"])
