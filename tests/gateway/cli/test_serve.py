"""`tokentape serve`: what it prints and how it ends."""

from gateway.cli.program import outcome


def test_one_line_on_stdout_everything_else_on_stderr(server, capsys):
    server.reports(recorded=2)
    assert outcome(["serve", "--mode", "all", "--cassette", "mine"]) == 0
    assert capsys.readouterr() == (
        "listening on http://127.0.0.1:5\n",
        (
            "tokentape: mode all (flag), cassette cassettes/mine.cassette\n"
            "tokentape: page http://127.0.0.1:5/_/\n"
            "tokentape: recorded 2, replayed 0, missed 0 in cassettes/mine.cassette\n"
        ),
    )
    assert (server.config.mode, server.config.cassette, server.config.port) == ("all", "mine", 8077)


def test_misses_do_not_fail_a_server(server, capsys):
    server.reports(missed=1, misses=("nothing matches",))
    assert outcome(["serve", "--mode", "replay"]) == 0
    assert "tokentape: missed: nothing matches\n" in capsys.readouterr().err


def test_recording_that_stopped_is_3(server):
    server.reports(degraded="the disk is full")
    assert outcome(["serve"]) == 3


def test_what_is_not_observed_cannot_be_exported(server, capsys):
    assert outcome(["serve", "--otel", "--no-observe"]) == 2
    assert (
        "otel: expected streams to be observed, whose numbers it sends; leave out --no-observe"
        in capsys.readouterr().err
    )
