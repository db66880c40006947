"""The numbers as text: medians and ranges over rounds, multiples of nginx, the index, the targets beneath them.

Multiples and indices are computed within a round and then summed up, since the rounds of one run differ more than the
peers of one round. A round counts for a number when every measurement that went into it was undisturbed; when there is
none, all of them count and the number is marked with `*`.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from benchmarks.workloads import Sample, Workload

Round = dict[tuple[str, str], Sample]
"""(workload, peer) -> what was measured."""

HEADER = f"  {'':12}{'µs':>24}{'times nginx':>24}{'index':>26}{'core':>8}{'chunks/s':>10}"


def table(workload: Workload, peers: Sequence[str], rounds: list[Round], tolerance: float) -> list[str]:
    """The lines for one workload: a row a peer, then what is asked of `recording`."""
    kind = "connection" if workload.deltas < 0 else "stream"
    rows = ["", f"{workload.title} ({workload.streams} {kind}{'s' * (workload.streams > 1)})", HEADER]
    shown = [peer for peer in peers if peer != "direct" or workload.minus_direct]
    rows += [_row(workload, peer, peers, rounds, tolerance) for peer in shown]
    for name, (multiple, index) in (("at most", workload.most), ("to aim for", workload.aim)):
        rows.append(f"  {name:12}{'':24}{_target(multiple):>24}{_target(index):>26}")
    return rows


def _row(workload: Workload, peer: str, peers: Sequence[str], rounds: list[Round], tolerance: float) -> str:
    """What one peer did."""
    base = ("direct",) if workload.minus_direct else ()

    def value(one: Round, who: str) -> float:
        return one[workload.name, who].value - sum(one[workload.name, name].value for name in base)

    def cell(compute: Callable[[Round], float], *needed: str) -> str:
        if not {*needed} <= {*peers}:
            return ""
        names = [(workload.name, name) for name in (peer, *needed)]
        clean = [one for one in rounds if all(one[name].others <= tolerance for name in names)]
        return _summary([compute(one) for one in clean or rounds]) + ("" if clean else "*")

    if peer == "direct":
        return f"  {peer:12}{cell(lambda one: one[workload.name, peer].value):>24}  (the time itself)"
    absolute = cell(lambda one: value(one, peer), *base)
    multiple = cell(lambda one: value(one, peer) / value(one, "nginx"), "nginx", *base)
    index = cell(
        lambda one: (value(one, peer) - value(one, "nginx")) / (value(one, "naive") - value(one, "nginx")),
        "nginx", "naive", *base,
    )  # fmt: skip
    core = median(one[workload.name, peer].proxy_core for one in rounds)
    speed = median(one[workload.name, peer].chunks_per_second for one in rounds)
    return f"  {peer:12}{absolute:>24}{multiple:>24}{index:>26}{core:>8.0%}{speed:>10,.0f}"


def _summary(values: Iterable[float]) -> str:
    """Median and range."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    digits = 1 if abs(median(ordered)) >= 10 else 2
    return f"{median(ordered):.{digits}f} [{low:.{digits}f}..{high:.{digits}f}]"


def _target(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def disturbance(rounds: list[Round], tolerance: float, thrown_away: int) -> list[str]:
    """What other processes did to the measurements."""
    samples = [sample for one in rounds for sample in one.values()]
    bad = sum(sample.others > tolerance for sample in samples)
    rows = [f"others used more than {tolerance:.0%} of a core in {thrown_away} windows, which were measured again"]
    if bad:
        rows.append(
            f"{bad} of {len(samples)} windows stayed disturbed: they count only where there is no other (marked *)"
        )
    return rows
