"""Runs forksight and its peers in turn on the same journey, checks that they agree, and prints a
Markdown table of times, ratios and peak memory.

How to run it is in README.md beside this file.
"""

import argparse
import importlib.metadata
import json
import math
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from journey import volume

HERE = Path(__file__).resolve().parent
JOURNEYS = {"daily": "fourteen.toml", "months": "fourteen-months.toml"}
METRICS = ("arrivals", "won", "lost", "churned", "revenue", "cost")
COUNTS = METRICS[:4]
PEERS = ("counts", "steps", "numpy", "simpy")
BAR = 5.0  # Standard errors.
FEW = 20  # Months with fewer customers are left out of the check by month.


@dataclass
class Contestant:
    name: str
    command: list[str]
    customers: float
    replications: int
    reads_json_forecast: bool = False
    seconds: list[float] = field(default_factory=list)
    peaks_mib: list[float] = field(default_factory=list)
    totals: list[dict[str, list[float]]] = field(default_factory=list)

    @property
    def work(self) -> float:
        """Customers in all."""
        return self.customers * self.replications

    def run(self, seed: int, cpu: bool) -> None:
        """A forecast is timed from outside, as a whole process; a peer times itself after its imports."""
        command = [*self.command, "--seed", str(seed)]
        clock = children_seconds if cpu else time.perf_counter
        begin = clock()
        output, peak = measured(command)
        seconds = clock() - begin
        answer = json.loads(output)
        if self.reads_json_forecast:
            months = [it["metrics"] for it in answer["periods"]]
            totals = {name: [it[name]["mean"] * self.replications for it in months] for name in METRICS}
        else:
            seconds = answer["cpu_seconds" if cpu else "seconds"]
            totals = {name: answer[name] for name in METRICS}
        self.seconds.append(seconds)
        self.totals.append(totals)
        if peak is not None:
            self.peaks_mib.append(peak)

    def sum_by_month(self, metric: str) -> list[float]:
        """Over all repetitions."""
        return [sum(months) for months in zip(*(it[metric] for it in self.totals))]


def children_seconds() -> float:
    """Processor time of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(command: list[str]) -> tuple[bytes, float | None]:
    """What a command says, and its peak memory if GNU time is there to tell."""
    gnu_time = shutil.which("time")
    if gnu_time is None:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout, None
    with tempfile.NamedTemporaryFile("r") as told:
        output = subprocess.run(
            [gnu_time, "--format", "%M", "--output", told.name, *command], check=True, stdout=subprocess.PIPE
        ).stdout
        return output, int(told.read()) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("journey", choices=JOURNEYS)
    parser.add_argument("--engine", action="append", help="of forksight; repeatable; default: individual")
    parser.add_argument("--peer", action="append", choices=PEERS, help="default: all, by the month not simpy")
    parser.add_argument("--customers", type=float, default=1e6, help="expected in a replication; default: 10^6")
    parser.add_argument("--customers-max", type=float, default=1e6, help="for whoever moves customers one by one")
    parser.add_argument("--simpy-customers", type=float, help="default: 5 · 10^4, by the month as many as for others")
    parser.add_argument("--replications", type=int, help="default: 1, by the month 1,000")
    parser.add_argument("--individual-replications", type=int, help="default: 1, by the month 10")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu where others use the machine too")
    parser.add_argument("--threads", type=int, default=1, help="of forksight; peers have one")
    parser.add_argument("--forksight", default=str(HERE.parents[1] / "target/release/forksight"))
    asked = parser.parse_args()
    own, peers = contestants(asked)
    for repetition in range(asked.repetitions):
        for number, contestant in enumerate(own + peers):
            print(f"{repetition + 1} of {asked.repetitions}: {contestant.name} …", file=sys.stderr)
            # Nobody shares a seed: peers with the same generator would have the same arrivals.
            contestant.run(1 + repetition + 1000 * number, asked.clock == "cpu")
    faults = disagreements(own + peers)
    if faults:
        sys.exit("\n".join(["they do not agree:", *faults]))
    table(own, peers, asked)


def contestants(asked: argparse.Namespace) -> tuple[list[Contestant], list[Contestant]]:
    scenario = HERE.parent / "journeys" / JOURNEYS[asked.journey]
    monthly = asked.journey == "months"
    replications = asked.replications or (1000 if monthly else 1)
    few_replications = asked.individual_replications or (min(replications, 10) if monthly else 1)
    few_customers = min(asked.customers, asked.customers_max)
    simpy_customers = asked.simpy_customers or (few_customers if monthly else 5e4)
    own = []
    for engine in asked.engine or ["individual"]:
        one_by_one = engine == "individual"
        customers = few_customers if one_by_one else asked.customers
        times = few_replications if one_by_one else replications
        rate = volume(scenario, customers)
        command = [asked.forksight, "run", scenario, "--engine", engine, "--threads", asked.threads, "--quiet"]
        command += ["--format", "json", "--replications", times, "--set", f"arrivals.web.volume={rate!r}"]
        own.append(Contestant(f"forksight {engine}", [str(it) for it in command], customers, times, True))
    known = {
        "counts": ("numpy on counts", "numpy_counts.py", asked.customers, replications),
        "steps": ("numpy on arrays, tuned", "numpy_steps.py", few_customers, 1),
        "numpy": ("numpy on arrays", "numpy_peer.py", few_customers, 1),
        "simpy": ("SimPy", "simpy_peer.py", min(simpy_customers, few_customers), 1),
    }
    peers = []
    for key in asked.peer or (PEERS[:3] if monthly else PEERS):
        name, file, customers, times = known[key]
        command = [sys.executable, HERE / file, scenario, "--customers", repr(customers)]
        command += ["--replications", times] if key == "counts" else []
        peers.append(Contestant(name, [str(it) for it in command], customers, times))
    return own, peers


def disagreements(everybody: list[Contestant]) -> list[str]:
    """Everything that is off by more than the bar between any two.

    Counts are of things a customer does at most once, so they are Poisson and independent by
    month: totals are compared as such, and months by a chi-square. Money is compared by the spread
    over repetitions.
    """
    faults = []
    for number, one in enumerate(everybody):
        for other in everybody[:number]:
            for metric in COUNTS:
                offs = {"in all": off_in_all(one, other, metric), "by month": off_by_month(one, other, metric)}
                faults += [
                    f"{one.name}, {other.name}: {metric} {how} by {off:.1f} standard errors"
                    for how, off in offs.items()
                    if abs(off) > BAR
                ]
            for metric in ("revenue", "cost"):
                off = off_by_repetitions(one, other, metric)
                if abs(off) > BAR:
                    faults.append(f"{one.name}, {other.name}: {metric} by {off:.1f} standard errors")
    return faults


def off_in_all(one: Contestant, other: Contestant, metric: str) -> float:
    a, b = sum(one.sum_by_month(metric)), sum(other.sum_by_month(metric))
    return (a / one.work - b / other.work) / math.hypot(math.sqrt(a) / one.work, math.sqrt(b) / other.work)


def off_by_month(one: Contestant, other: Contestant, metric: str) -> float:
    """A chi-square as a standard normal (Wilson & Hilferty 1931)."""
    pairs = zip(one.sum_by_month(metric), other.sum_by_month(metric), strict=True)
    squares = [
        (a / one.work - b / other.work) ** 2 / (a / one.work**2 + b / other.work**2)
        for a, b in pairs
        if min(a, b) >= FEW
    ]
    if not squares:
        return 0.0
    spread = 2 / (9 * len(squares))
    return ((sum(squares) / len(squares)) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)


def off_by_repetitions(one: Contestant, other: Contestant, metric: str) -> float:
    def mean_and_square_of_error(it: Contestant) -> tuple[float, float]:
        values = [sum(totals[metric]) / it.work for totals in it.totals]
        return statistics.mean(values), statistics.variance(values) / len(values)

    (a, error_a), (b, error_b) = mean_and_square_of_error(one), mean_and_square_of_error(other)
    return (a - b) / math.sqrt(error_a + error_b)


def table(own: list[Contestant], peers: list[Contestant], asked: argparse.Namespace) -> None:
    by_replication = asked.journey == "months"
    unit = "ms a replication" if by_replication else "s a million customers"
    unit = f"CPU {unit}" if asked.clock == "cpu" else unit

    def cost(it: Contestant, seconds: float) -> float:
        return seconds * 1000 / it.replications if by_replication else seconds * 1e6 / it.work

    heads = ["", "customers", "replications", unit, "peak MiB", *(f"times {it.name}" for it in own)]
    print(about(asked) + "\n")
    print("| " + " | ".join(heads) + " |")
    print("| --- |" + " ---: |" * (len(heads) - 1))
    for it in own + peers:
        row = [it.name, f"{it.customers:,.0f}", f"{it.replications:,}"]
        row.append(spread([cost(it, seconds) for seconds in it.seconds]))
        row.append(f"{max(it.peaks_mib):.0f}" if it.peaks_mib else "–")
        for base in own:
            ratios = [cost(it, mine) / cost(base, yours) for mine, yours in zip(it.seconds, base.seconds)]
            row.append("1" if it is base else spread(ratios))
        print("| " + " | ".join(row) + " |")
    print(f"\nMedian (least – most) of {asked.repetitions} repetitions; all agree within {BAR:g} standard errors.")


def spread(values: list[float]) -> str:
    return f"{short(statistics.median(values))} ({short(min(values))} – {short(max(values))})"


def short(value: float) -> str:
    """Three significant digits, without exponents."""
    places = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:,.{places}f}"


def about(asked: argparse.Namespace) -> str:
    version = subprocess.run([asked.forksight, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    packages = ", ".join(f"{it} {importlib.metadata.version(it)}" for it in ("numpy", "simpy"))
    machine = f"{processor()}, {os.cpu_count()} cores"
    command = "python benches/peers/compare.py " + " ".join(sys.argv[1:])
    return f"`{command}`: {version}, Python {platform.python_version()}, {packages}; {machine}."


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
