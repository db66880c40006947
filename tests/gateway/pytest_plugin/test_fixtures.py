"""The fixtures among those of a user."""

from tests.integration.pytest_projects import project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


def test_the_cassette_comes_before_what_makes_clients(project):
    project.tests(
        test_order="""
        @pytest.fixture
        def client(): return os.environ["ANTHROPIC_BASE_URL"]

        @pytest.fixture
        def indirect(client): return client

        @pytest.fixture(autouse=True)
        def noted(): return os.environ.get("ANTHROPIC_BASE_URL")

        def test_argument(indirect, cassette, noted):
            assert indirect == noted == cassette.base_url("anthropic")

        @pytest.mark.cassette
        def test_marker(indirect): assert "@test_marker~" in indirect

        @pytest.mark.usefixtures("cassette")
        def test_usefixtures(indirect): assert "@test_usefixtures~" in indirect

        def test_none(noted): assert noted is None
        """
    )
    project.run("--cassette-mode=replay").assert_outcomes(passed=4)


def test_a_fixture_of_the_same_name_wins(project):
    project.tests(
        test_mine="""
        import sys

        @pytest.fixture
        def cassette(): return "mine"

        def test_it(cassette):
            assert cassette == "mine"
            assert "gateway.embedded" not in sys.modules

        @pytest.mark.parametrize("cassette", ["a parameter"])
        def test_parameter(cassette): assert cassette == "a parameter"
        """
    )
    result = project.run()
    result.assert_outcomes(passed=2)
    result.stdout.no_fnmatch_line("*tokentape:*")
