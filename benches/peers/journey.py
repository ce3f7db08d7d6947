"""The journey as peers see it, read from the scenario file itself: its numbers stand nowhere else.

Reads as much of format 1 as the measured journey uses, and refuses the rest. The calendar is the
proleptic Gregorian one, as in Python's `datetime`.
"""

import argparse
import json
import math
import re
import sys
import time
import tomllib
from dataclasses import dataclass, field
from datetime import date, timedelta

Z95 = 1.6448536269514722  # The standard normal quantile that 5 % lie above.


@dataclass(frozen=True)
class Delay:
    """A law of a delay, in ticks: `fixed` (ticks), `lognormal` (mu, sigma), `exponential` (mean).

    It becomes whole ticks by P(0) = F(1/2), P(k) = F(k + 1/2) - F(k - 1/2). That is the law of a
    draw rounded to the nearest whole number, so peers that draw may draw and round.
    """

    kind: str
    numbers: tuple[float, ...]

    def cdf(self, x: float) -> float:
        match self.kind:
            case "fixed":
                return float(x >= self.numbers[0])
            case "lognormal":
                mu, sigma = self.numbers
                return 0.5 * math.erfc((mu - math.log(x)) / (sigma * math.sqrt(2))) if x > 0 else 0.0
            case "exponential":
                return -math.expm1(-x / self.numbers[0]) if x > 0 else 0.0
        raise AssertionError(self.kind)

    @property
    def fixed_ticks(self) -> int | None:
        """The whole ticks of a delay that is always the same."""
        return math.floor(self.numbers[0] + 0.5) if self.kind == "fixed" else None

    def pmf(self, ticks_max: int) -> list[float]:
        """P(0), P(1) … P(ticks_max); whatever is longer is past every horizon."""
        if self.kind == "fixed":
            return [float(k == self.fixed_ticks) for k in range(ticks_max + 1)]
        edges = [self.cdf(k + 0.5) for k in range(ticks_max + 1)]
        return [edges[0]] + [high - low for low, high in zip(edges, edges[1:])]


@dataclass(frozen=True)
class Branch:
    name: str
    to: int
    chance: float
    delay: Delay


@dataclass(frozen=True)
class Step:
    id: str
    cost: float
    revenue: float
    converts: bool
    leaves: bool
    branches: tuple[Branch, ...]

    @property
    def cumulated(self) -> list[float]:
        """Chance of a branch or one before it; the last is 1."""
        sums, total = [], 0.0
        for branch in self.branches:
            total += branch.chance
            sums.append(total)
        return [*sums[:-1], 1.0] if sums else []


@dataclass(frozen=True)
class Journey:
    steps: tuple[Step, ...]
    entry: int
    ticks: int
    month_of: list[int]  # The period that every tick's first instant lies in.
    months: int
    arrivals: list[float]  # Expected arrivals by tick if one customer is expected in all.


def read(path: str, tick: str | None = None, horizon: str | None = None) -> Journey:
    """Reads a scenario, with another clock if one is given."""
    with open(path, "rb") as file:
        document = tomllib.load(file)
    expect_keys(document, {"format", "name", "begin", "horizon", "tick", "stages", "arrivals", "steps", "run"})
    tick_days = days(tick or document["tick"])
    begin, end = document["begin"], end_of(document["begin"], horizon or document["horizon"])
    all_days = [begin + timedelta(number) for number in range((end - begin).days)]
    firsts = all_days[:: int(tick_days)]
    labels = sorted({(day.year, day.month) for day in all_days})
    ids = list(document["steps"])
    steps = tuple(step(id, entry, ids, tick_days) for id, entry in document["steps"].items())
    led_to = {branch.to for number, it in enumerate(steps) for branch in it.branches if branch.to != number}
    (entry,) = set(range(len(steps))) - led_to
    return Journey(
        steps=steps,
        entry=entry,
        ticks=len(firsts),
        month_of=[labels.index((day.year, day.month)) for day in firsts],
        months=len(labels),
        arrivals=shares(document["arrivals"], all_days, int(tick_days)),
    )


def shares(arrivals: dict, all_days: list[date], tick_days: int) -> list[float]:
    """A rate per month, shared out evenly over the days of each month, as shares of the whole."""
    (stream,) = arrivals.values()
    expect_keys(stream, {"rate"})
    if not stream["rate"].endswith(" per month"):
        raise SystemExit(f"this reader knows monthly rates only: {stream['rate']}")
    by_day = [1 / days_in_month(day) for day in all_days]
    by_tick = [math.fsum(by_day[first : first + tick_days]) for first in range(0, len(by_day), tick_days)]
    total = math.fsum(by_tick)
    return [it / total for it in by_tick]


def volume(path: str, customers: float, horizon: str | None = None) -> float:
    """The monthly rate with which this many customers are expected within the horizon."""
    with open(path, "rb") as file:
        document = tomllib.load(file)
    begin, end = document["begin"], end_of(document["begin"], horizon or document["horizon"])
    all_days = (begin + timedelta(number) for number in range((end - begin).days))
    return customers / math.fsum(1 / days_in_month(day) for day in all_days)


def step(id: str, entry: dict, ids: list[str], tick_days: float) -> Step:
    expect_keys(entry, {"stage", "cost", "revenue", "event", "outcome", "branches"})
    branches = entry.get("branches", [])
    known = math.fsum(share(it["chance"]) for it in branches if it.get("chance", "rest") != "rest")
    made = []
    for it in branches:
        expect_keys(it, {"to", "name", "chance", "after"})
        chance = it.get("chance", "rest")
        made.append(
            Branch(
                name=it.get("name", it["to"]),
                to=ids.index(it["to"]),
                chance=1 - known if chance == "rest" else share(chance),
                delay=delay(it.get("after", "0d"), tick_days),
            )
        )
    return Step(
        id=id,
        cost=entry.get("cost", 0.0),
        revenue=entry.get("revenue", 0.0),
        converts=entry.get("event") == "conversion" or entry.get("outcome") == "converted",
        leaves=entry.get("outcome") in ("lost", "churned"),
        branches=tuple(made),
    )


def delay(after: str | dict, tick_days: float) -> Delay:
    if isinstance(after, dict):
        expect_keys(after, {"exponential"})
        return Delay("exponential", (days(after["exponential"]) / tick_days,))
    if " to " in after:
        low, high = (math.log(days(it) / tick_days) for it in after.split(" to "))
        return Delay("lognormal", ((low + high) / 2, (high - low) / (2 * Z95)))
    return Delay("fixed", (days(after) / tick_days,))


def share(chance: str | float) -> float:
    return float(chance.removesuffix("%")) / 100 if isinstance(chance, str) else float(chance)


def days(duration: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+) ?(d|days?|weeks?)", duration).groups()
    return float(number) * (7 if unit.startswith("week") else 1)


def end_of(begin: date, horizon: str) -> date:
    """The day after the last one."""
    if months := re.fullmatch(r"(\d+) months?", horizon):
        years, month = divmod(begin.month - 1 + int(months[1]), 12)
        return begin.replace(year=begin.year + years, month=month + 1)
    return begin + timedelta(days(horizon))


def days_in_month(day: date) -> int:
    first = day.replace(day=1)
    return ((first + timedelta(31)).replace(day=1) - first).days


def expect_keys(table: dict, known: set[str]) -> None:
    if unknown := set(table) - known:
        raise SystemExit(f"this reader does not know {', '.join(sorted(unknown))}")


@dataclass
class Totals:
    """What every peer answers: by month, and money over the whole horizon."""

    months: int
    arrivals: list[int] = field(default_factory=list)
    won: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    churned: list[int] = field(default_factory=list)
    revenue: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("arrivals", "won", "lost", "churned", "revenue", "cost"):
            setattr(self, name, getattr(self, name) or [0] * self.months)


def main(run, replications: bool = False) -> None:
    """The command line of a peer: one timed run, told as JSON on stdout.

    The clock starts when modules are imported and the file is read.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario")
    parser.add_argument("--customers", type=float, required=True, help="expected within the horizon")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tick", help="instead of the scenario's")
    parser.add_argument("--horizon", help="instead of the scenario's")
    if replications:
        parser.add_argument("--replications", type=int, default=1)
    asked = parser.parse_args()
    journey = read(asked.scenario, asked.tick, asked.horizon)
    more = (asked.replications,) if replications else ()
    begin, cpu_begin = time.perf_counter(), time.process_time()
    totals = run(journey, asked.customers, asked.seed, *more)
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin
    json.dump({"seconds": seconds, "cpu_seconds": cpu_seconds, **vars(totals)}, sys.stdout)
