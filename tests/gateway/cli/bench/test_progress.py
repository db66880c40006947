"""What is seen of a run while it goes on."""

from gateway.cli.bench.progress import Progress


class Terminal:
    def __init__(self, stream):
        self.stream = stream

    def isatty(self):
        return True

    def __getattr__(self, name):
        return getattr(self.stream, name)


def test_without_a_terminal_it_is_a_line_now_and_then(capsys):
    progress = Progress()
    progress.show(["  1 s", "first byte"])
    progress.clear()
    assert progress.every == 5.0
    assert capsys.readouterr().err == "tokentape: 1 s   first byte\n"


def test_in_a_terminal_lines_take_the_place_of_the_last_ones(capsys, monkeypatch):
    import sys

    monkeypatch.setattr(sys, "stderr", Terminal(sys.stderr))
    monkeypatch.setenv("COLUMNS", "12")
    progress = Progress()
    progress.show(["one", "two"])
    progress.show(["three is too long", "four"])
    progress.telling()("stopping")
    assert progress.every < 1
    up = "\x1b[1A\x1b[2K"
    assert capsys.readouterr().err == f"one\ntwo\n{up}{up}three is to\nfour\n{up}{up}tokentape: stopping\n"
