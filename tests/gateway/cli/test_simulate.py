"""`tokentape simulate`: its options arrive; what they do is tested with the simulator."""

from gateway.cli.program import outcome
from gateway.simulator import Simulation


def test_options_become_a_simulation(monkeypatch, capsys):
    asked = {}

    async def hosted(runner, *, port, ready):
        asked["port"] = port
        ready("http://127.0.0.1:5")

    monkeypatch.setattr("gateway.hosting.hosted_until_signal", hosted)
    monkeypatch.setattr("gateway.simulator.simulator_runner", lambda simulation: asked.update(simulation=simulation))
    options = "--port 0 --seed 7 --ttft 300 --gap 40.5 --spread 0.5 --words 12"
    assert outcome(["simulate", *options.split()]) == 0
    assert asked == {"port": 0, "simulation": Simulation(seed=7, ttft_ms=300, gap_ms=40.5, spread=0.5, words=12)}
    assert capsys.readouterr() == ("listening on http://127.0.0.1:5\n", "")


def test_times_cannot_be_negative(capsys):
    assert outcome(["simulate", "--gap", "-1"]) == 2
    assert capsys.readouterr().err == (
        "tokentape: Invalid value for '--gap': -1.0 is not in the range x>=0. See tokentape simulate --help.\n"
    )
