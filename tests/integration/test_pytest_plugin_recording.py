"""The pytest plugin: what is recorded when, where it goes, and what cannot be used."""

import pytest

from tests.integration.pytest_projects import project, provider
from tests.integration.test_pytest_plugin import section

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


class TestFailedRecordings:
    TESTS = """
    FAILS = "FAILS" in os.environ

    @pytest.mark.cassette
    def test_it(cassette):
        ask()
        assert not FAILS
    """

    def test_what_a_failing_test_records_is_put_aside_and_replaces_nothing(self, project, monkeypatch):
        project.tests(test_rec=self.TESTS)
        monkeypatch.setenv("FAILS", "1")
        result = project.run()
        result.assert_outcomes(failed=1)
        aside = "cassettes/test_rec/test_it.failed.cassette"
        assert project.cassettes == [aside]
        assert section(result)[1] == f"put aside {aside}: the test failed while it was recorded"
        monkeypatch.delenv("FAILS")
        assert project.run().ret == 0
        assert project.cassettes == ["cassettes/test_rec/test_it.cassette"]

        good = (project.path / "cassettes/test_rec/test_it.cassette").read_bytes()
        monkeypatch.setenv("FAILS", "1")
        project.run("--cassette-mode", "all").assert_outcomes(failed=1)
        assert (project.path / "cassettes/test_rec/test_it.cassette").read_bytes() == good

    def test_nor_does_a_run_that_is_interrupted_leave_half_a_cassette(self, project):
        project.tests(
            test_rec="""
            @pytest.mark.cassette
            def test_it():
                ask()
                raise KeyboardInterrupt
            """
        )
        assert project.run().ret == pytest.ExitCode.INTERRUPTED
        assert project.cassettes == ["cassettes/test_rec/test_it.failed.cassette"]

    def test_a_recording_that_cannot_be_stored_fails_the_test(self, project):
        project.tests(
            test_rec="""
            @pytest.mark.cassette
            def test_it(cassette):
                __import__("shutil").rmtree(cassette.path.parent)
                assert "message_stop" in ask()
            """
        )
        result = project.run()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["tokentape: the recording failed: *cannot write it: No such file or directory; *"])
        result.stdout.no_fnmatch_line("*gateway?pytest_plugin*")


def test_what_cannot_be_used_is_said_in_a_sentence(project):
    project.tests(
        test_wrong="""
        def marked(*arguments, **options):
            @pytest.mark.cassette(*arguments, **options)
            def test(): pass
            return test

        test_0 = marked(mod="once")
        test_1 = marked(mode="twice")
        test_2 = marked(pacing="slow")
        test_3 = marked("../up")
        test_4 = marked("a", "b")
        test_5 = marked(match={"ignored": ["x"]})
        test_6 = marked(faults="explode")
        test_7 = marked(misses=-1)
        """
    )
    result = project.run()
    result.assert_outcomes(errors=8)
    result.stdout.fnmatch_lines(
        [
            "*test_0: the marker cassette: unknown keyword 'mod'; the nearest is 'mode'*",
            "*test_1: *mode: expected one of replay, once*; got 'twice'",
            "*test_2: *expected recorded, instant, *; got 'slow'",
            "tokentape: '../up' cannot be a cassette: *",
            "*test_4: *expected one name, the others by keyword (mode*); got ('a', 'b')",
            "tokentape: *ignored*",
            "tokentape: *explode*",
            "*test_7: *misses: expected a number of requests, or 'any'; got -1",
        ]
    )
    result.stdout.no_fnmatch_line("*another exception*")
    result.stdout.no_fnmatch_line("*gateway?pytest_plugin*")


def test_a_configuration_file_that_cannot_be_used_fails_only_tests_with_a_cassette(project):
    project.tests(test_some="def test_none(): pass\n\n@pytest.mark.cassette\ndef test_it(): pass\n")
    (project.path / "tokentape.toml").write_text("cassete = 1\n")
    result = project.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["tokentape: */tokentape.toml: unknown key 'cassete'; the nearest valid key is 'cassette'"]
    )


def test_a_test_of_a_fault_fails_while_it_is_recorded_and_its_recording_is_good(project):
    project.tests(
        test_fault="""
        @pytest.mark.cassette(faults="status=429")
        def test_it():
            with pytest.raises(__import__("urllib.error").error.HTTPError, match="429"):
                ask()
        """
    )
    first = project.run()
    first.assert_outcomes(failed=1)
    first.stdout.fnmatch_lines(["tokentape: faults are simulated in replays only. *run it again"])
    project.provider("http://127.0.0.1:9")
    project.run().assert_outcomes(passed=1)
