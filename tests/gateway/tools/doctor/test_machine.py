"""What the machine gives."""

import pytest

from gateway.tools.doctor.machine import Port, event_loop, open_files, port, python

ADDRESS = "127.0.0.1:8077"
HEALTH = {"status": "ok", "version": "1.0", "mode": "once", "cassettes": {}}


@pytest.mark.parametrize(("version", "level"), [((3, 10, 9), "problem"), ((3, 11, 0), "ok"), ((4, 0, 0), "ok")])
def test_python(version, level):
    assert python(version, "CPython").level == level


@pytest.mark.parametrize(
    ("uvloop", "wanted", "level"), [(True, True, "ok"), (False, False, "ok"), (False, True, "warning")]
)
def test_event_loop(uvloop, wanted, level):
    assert event_loop(uvloop=uvloop, wanted=wanted).level == level


@pytest.mark.parametrize(
    ("found", "level", "text"),
    [
        (Port(), "ok", f"{ADDRESS} is free"),
        (Port(refused="Permission denied"), "problem", f"{ADDRESS} cannot be used: Permission denied"),
        (Port(taken=True), "problem", f"{ADDRESS} is taken by something that is no tokentape"),
        (Port(taken=True, health=HEALTH), "ok", f"a tokentape 1.0 answers on {ADDRESS}, mode once"),
        (
            Port(taken=True, health={**HEALTH, "version": "0.9"}),
            "warning",
            f"a tokentape 0.9 answers on {ADDRESS}, mode once; this is 1.0",
        ),
        (
            Port(taken=True, health={**HEALTH, "status": "degraded", "degraded": "no space"}),
            "problem",
            f"a tokentape 1.0 answers on {ADDRESS}, mode once; recording stopped working: no space",
        ),
    ],
    ids=["free", "refused", "foreign", "ours", "older", "degraded"],
)
def test_port(found, level, text):
    diagnosis = port(ADDRESS, found, "1.0")
    assert (diagnosis.level, diagnosis.text, bool(diagnosis.remedy)) == (level, text, level != "ok")


@pytest.mark.parametrize(("limit", "level"), [(256, "warning"), (1024, "ok"), (-1, "ok")])
def test_open_files(limit, level):
    assert open_files(limit).level == level
