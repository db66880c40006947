"""Diagnoses as a person and a program read them."""

import pytest

from gateway.tools.doctor import Diagnosis, diagnosis_json, diagnosis_lines, worst

FINE = Diagnosis("ok", "port", "free")
DOUBTFUL = Diagnosis("warning", "keys", "none", "export KEY=...")
BROKEN = Diagnosis("problem", "cassettes", "a file\x1b[2J", "rm it")


def test_lines():
    assert list(diagnosis_lines([FINE, DOUBTFUL, BROKEN])) == [
        "ok       port       free",
        "warning  keys       none",
        "                    -> export KEY=...",
        "problem  cassettes  a file\\x1b[2J",
        "                    -> rm it",
        "1 problem, 1 warning",
    ]
    assert list(diagnosis_lines([])) == ["0 problems, 0 warnings"]


@pytest.mark.parametrize(
    ("diagnoses", "level"),
    [([], "ok"), ([FINE], "ok"), ([DOUBTFUL, FINE], "warning"), ([DOUBTFUL, BROKEN, FINE], "problem")],
)
def test_the_worst(diagnoses, level):
    assert worst(diagnoses) == level


def test_json():
    assert diagnosis_json(DOUBTFUL) == {
        "level": "warning",
        "topic": "keys",
        "text": "none",
        "remedy": "export KEY=...",
    }
