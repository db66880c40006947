"""The pytest plugin as a user has it: real runs of pytest, in processes of their own."""

import socket

import pytest

from tests.integration.pytest_projects import project, provider

__all__ = ["project", "provider"]

pytest_plugins = ["pytester"]


def section(result):
    """The lines of our part of the terminal summary."""
    lines = result.stdout.lines
    start = next((number for number, line in enumerate(lines) if line.strip("= ") == "tokentape"), len(lines))
    end = next((number for number in range(start + 1, len(lines)) if lines[number].startswith("===")), len(lines))
    return lines[start + 1 : end]


class TestFromRecordingToReplay:
    TESTS = """
    @pytest.mark.cassette
    def test_marker():
        assert "message_stop" in ask()

    def test_fixture(cassette):
        assert "message_stop" in ask("other", cassette.base_url("anthropic"))
        assert cassette.transcript.choices[0].text
        assert cassette.ttft is not None
        assert len(cassette.interactions) == 1
        assert cassette.misses == ()

    def test_without():
        assert "ANTHROPIC_BASE_URL" not in os.environ
    """

    def test_a_first_run_records_and_the_next_one_replays(self, project):
        project.tests(test_two=self.TESTS)
        recorded = project.run()
        recorded.assert_outcomes(passed=3)
        files = ["cassettes/test_two/test_fixture.cassette", "cassettes/test_two/test_marker.cassette"]
        assert project.cassettes == files
        assert section(recorded)[0] == "0 replayed, 2 recorded on 2 cassettes"
        assert [line.split()[1].rstrip(":") for line in section(recorded)[1:]] == files[::-1]

        project.provider("http://127.0.0.1:9")  # nobody
        replayed = project.run()
        replayed.assert_outcomes(passed=3)
        replayed.stdout.fnmatch_lines(["tokentape: 2 replayed on 2 cassettes"])
        assert section(replayed) == []
        quiet = project.run("-q", "-k", "marker", "-p", "no:xdist")
        quiet.assert_outcomes(passed=1, deselected=2)
        quiet.stdout.no_fnmatch_line("*tokentape*")

    def test_ci_without_a_cassette_fails_makes_no_file_and_asks_no_provider(self, project, monkeypatch):
        project.tests(test_two=self.TESTS)
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            project.provider(f"http://127.0.0.1:{nobody.getsockname()[1]}")
            monkeypatch.setenv("CI", "true")
            monkeypatch.setenv("TOKENTAPE_MODE", "all")
            result = project.run()
            nobody.setblocking(False)
            with pytest.raises(BlockingIOError):
                nobody.accept()
        assert result.ret == 1
        result.assert_outcomes(passed=1, failed=2)
        assert not (project.path / "cassettes").exists()
        result.stdout.fnmatch_lines(
            [
                'No stored answer for POST *"test_two/test_marker" does not exist (*test_marker.cassette).',
                "*pytest test_two.py::test_marker --cassette-mode new_episodes",
            ]
        )


class TestMisses:
    TESTS = """
    @pytest.mark.cassette
    def test_swallowed():
        swallow()

    @pytest.mark.cassette
    def test_raised():
        ask()

    @pytest.mark.cassette
    @pytest.mark.xfail(strict=True, condition=TEXT != "hello", reason="known")
    def test_known():
        swallow()

    @pytest.mark.cassette
    @pytest.mark.xfail(condition=TEXT != "hello", reason="known")
    def test_known_to_raise():
        ask()

    @pytest.mark.cassette(misses=int(TEXT != "hello"))
    def test_expected(cassette):
        swallow()
        assert len(cassette.misses) == (TEXT != "hello")

    @pytest.mark.cassette(misses=2)
    def test_expected_in_vain():
        pass
    """

    def test_a_miss_fails_the_test_even_if_the_application_swallowed_it(self, project, monkeypatch):
        project.tests(test_miss=self.TESTS)
        project.run().assert_outcomes(passed=5, failed=1)
        monkeypatch.setenv("TEXT", "good bye")
        monkeypatch.setenv("CI", "1")  # where pytest's summary is not cut
        result = project.run("-rA")
        result.assert_outcomes(passed=1, failed=3, xfailed=2)
        assert len([line for line in result.stdout.lines if line.startswith("To record this request: ")]) == 2
        result.stdout.fnmatch_lines(
            [
                "*_ test_swallowed _*",
                "tokentape: 1 request found no answer on cassettes/test_miss/test_swallowed.cassette",
                "",
                "No stored answer for POST /v1/messages*",
                "*good bye*",
                "*pytest test_miss.py::test_swallowed --cassette-mode new_episodes",
                "*_ test_raised _*",
                "*urllib.error.HTTPError: HTTP Error 404: Not Found",
                "*- cassette -*",
                "tokentape: 1 request found no answer on cassettes/test_miss/test_raised.cassette",
                "*_ test_expected_in_vain _*",
                "tokentape: 0 requests found no answer on *; expected 2",
            ]
        )
        result.stdout.no_fnmatch_line("*gateway?pytest_plugin*")
        assert [line.split() for line in section(result) if line.startswith("missed")] == [
            ["missed", "test_miss.py::test_swallowed:", "1", "request"],
            ["missed", "test_miss.py::test_raised:", "1", "request"],
            ["missed", "test_miss.py::test_known:", "1", "request"],
            ["missed", "test_miss.py::test_known_to_raise:", "1", "request"],
        ]

    def test_the_command_that_a_miss_names_repairs_it(self, project, monkeypatch):
        project.tests(
            test_miss='@pytest.mark.cassette\n@pytest.mark.parametrize("way", ["a b/c"])\ndef test_it(way): swallow()\n'
        )
        assert project.run().ret == 0
        monkeypatch.setenv("TEXT", "good bye")
        stopped = project.run("-x")
        assert stopped.ret == 1
        stopped.stdout.fnmatch_lines(["*stopping after 1 failures*"])
        command = next(line for line in stopped.stdout.lines if "--cassette-mode" in line).partition("pytest ")[2]
        assert command == "'test_miss.py::test_it[a b/c]' --cassette-mode new_episodes"
        assert project.run("test_miss.py::test_it[a b/c]", "--cassette-mode", "new_episodes").ret == 0
        last = project.run("--lf")
        last.assert_outcomes(passed=1, warnings=1)

        left = "unplayed  cassettes/test_miss/test_it-a-b-c-0c96390e.cassette: interaction 0"
        assert section(last) == ["1 replayed on 1 cassette", left]


def test_a_client_that_goes_elsewhere_is_noticed(project):
    project.tests(
        test_early="""
        ELSEWHERE = "http://127.0.0.1:9"  # as read when a module is imported, before the cassette

        @pytest.mark.cassette
        def test_fails():
            ask(base=ELSEWHERE)

        @pytest.mark.cassette
        def test_passes(): pass

        @pytest.mark.cassette
        class TestMany:
            def test_need_not_ask(self): pass
        """
    )
    result = project.run()
    result.assert_outcomes(passed=2, failed=1)
    cassette = "cassettes/test_early/test_fails.cassette"
    result.stdout.fnmatch_lines([f"tokentape: nothing was played from {cassette}, or recorded to it. *"])
    idle = "idle      test_early.py::test_passes: nothing was asked of its cassette"
    assert section(result) == ["0 replayed on 3 cassettes", idle]


class TestUnplayed:
    TESTS = """
    WANTED = os.environ.get("WANTED", "one two").split()

    @pytest.mark.cassette
    def test_passes():
        for text in WANTED:
            ask(text)

    @pytest.mark.cassette("named")
    def test_named():
        for text in WANTED:
            ask(text)

    @pytest.mark.cassette
    def test_fails():
        for text in WANTED:
            ask(text)
        assert len(WANTED) == 2
    """

    def test_it_warns_or_fails_unless_the_test_has_failed(self, project, monkeypatch):
        project.tests(test_left=self.TESTS)
        project.record()
        monkeypatch.setenv("WANTED", "one")
        warned = project.run()
        warned.assert_outcomes(passed=2, failed=1, warnings=2)
        warned.stdout.fnmatch_lines(
            [
                "*CassetteWarning: tokentape: cassettes/test_left/test_passes.cassette: interaction 1 was not played*",
                "unplayed  cassettes/named.cassette: interaction 1",
                "unplayed  cassettes/test_left/test_passes.cassette: interaction 1",
            ]
        )
        strict = project.run("-W", "error", "--tb=line")
        strict.assert_outcomes(failed=3)
        strict.stdout.fnmatch_lines(
            ["tokentape: *interaction 1 was not played*", "*/test_left.py:8: Failed: tokentape: *"]
        )
        strict.stdout.no_fnmatch_line("*gateway?pytest_plugin*")


class TestOrphans:
    def test_only_a_whole_run_reports_them(self, project):
        project.tests(test_one="def test_a(): pass\ndef test_b(): pass\n", test_two="def test_c(): pass\n")
        gone = project.path / "cassettes" / "test_one" / "test_gone.cassette"
        gone.parent.mkdir(parents=True)
        gone.write_bytes(b"")
        (gone.parent / "test_a.failed.cassette").write_bytes(b"")
        line = "orphan    cassettes/test_one/test_gone.cassette: no test uses it"
        for whole in ([], ["-n", "2"]):
            result = project.run(*whole)
            result.assert_outcomes(passed=3)
            assert section(result) == [line], whole
        assert section(project.run("test_one.py", "test_two.py")) == []

    def test_a_run_that_stops_or_skips_a_module_cannot_know(self, project):
        project.tests(
            test_one="def test_a(): assert 0\n", test_two="pytest.skip('not here', allow_module_level=True)\n"
        )
        gone = project.path / "cassettes" / "gone.cassette"
        gone.parent.mkdir()
        gone.write_bytes(b"")
        assert section(project.run()) == []
        (project.path / "test_two.py").unlink()
        assert section(project.run("-x")) == []


class TestXdist:
    TESTS = """
    @pytest.mark.cassette
    @pytest.mark.parametrize("number", range(6))
    def test_many(number):
        assert "message_stop" in ask(f"number {number}")
    """

    def test_workers_add_up(self, project, monkeypatch):
        project.tests(test_many=self.TESTS)
        recorded = project.run("-n", "2")
        recorded.assert_outcomes(passed=6)
        assert section(recorded)[0] == "0 replayed, 6 recorded on 6 cassettes"
        project.provider("http://127.0.0.1:9")
        replayed = project.run("-n", "2", "-o", "cassette_max_age=1e-9")
        replayed.assert_outcomes(passed=6)
        assert section(replayed)[0] == "6 replayed on 6 cassettes"
        assert [line.split(maxsplit=2)[::2] for line in section(replayed)[1:]] == [["stale", "recorded 0 days ago"]] * 6

    def test_two_workers_do_not_write_one_cassette(self, project):
        wait = """
        import pathlib, time
        HERE = pathlib.Path(__file__).parent

        @pytest.mark.cassette("shared")
        @pytest.mark.parametrize("number", range(2))
        def test_both(cassette, number):
            (HERE / f"open{number}").touch()
            while not (HERE / f"open{1 - number}").exists() and not (HERE / "refused").exists():
                time.sleep(0.01)
        """
        project.tests(test_both=wait)
        (project.path / "conftest.py").write_text(
            "import pathlib\n"
            "def pytest_runtest_logreport(report):\n"
            "    if report.when == 'setup' and report.failed:\n"
            "        (pathlib.Path(__file__).parent / 'refused').touch()\n"
        )
        result = project.run("-n", "2")
        result.assert_outcomes(passed=1, errors=1)
        result.stdout.fnmatch_lines(["tokentape: *already being recorded to*xdist_group*"])
