"""The journey in numpy, as one writes it: arrays of steps and ticks, moved on together until all
customers have ended or are past the horizon."""

import numpy as np

from journey import Delay, Journey, Totals, main

CHUNK = 250_000  # Customers at once; the fastest size where this was measured.


def run(journey: Journey, customers: float, seed: int) -> Totals:
    rng = np.random.default_rng(seed)
    arrivals = rng.poisson(customers * np.array(journey.arrivals))
    ticks = np.repeat(np.arange(journey.ticks, dtype=np.int32), arrivals)
    tables = Tables(journey)
    for first in range(0, len(ticks), CHUNK):
        walk(tables, ticks[first : first + CHUNK], rng)
    return tables.totals(arrivals)


class Tables:
    """The journey as arrays, and what was counted: visits by whether won before, step and tick."""

    def __init__(self, journey: Journey):
        self.journey = journey
        branches = [(step, branch) for step in journey.steps for branch in step.branches]
        self.delays = [branch.delay for _, branch in branches]
        self.to = np.array([branch.to for _, branch in branches])
        self.first_branch = np.cumsum([0] + [len(step.branches) for step in journey.steps[:-1]])
        self.converts = np.array([step.converts for step in journey.steps])
        self.ends = np.array([not step.branches for step in journey.steps])
        # Cumulated chances of all but the last branch; 2 is above every draw.
        self.edges = np.full((3, len(journey.steps)), 2.0)
        for at, step in enumerate(journey.steps):
            for number, edge in enumerate(step.cumulated[:-1]):
                self.edges[number, at] = edge
        self.visits = np.zeros(2 * len(journey.steps) * journey.ticks, dtype=np.int64)

    def totals(self, arrivals: np.ndarray) -> Totals:
        journey = self.journey
        visits = self.visits.reshape(2, len(journey.steps), journey.ticks)
        return totals(journey, arrivals, visits)


def walk(tables: Tables, ticks: np.ndarray, rng: np.random.Generator) -> None:
    journey = tables.journey
    steps = np.full(len(ticks), journey.entry)
    won = np.zeros(len(ticks), dtype=bool)
    while len(steps):
        cells = (won * len(journey.steps) + steps) * journey.ticks + ticks
        tables.visits += np.bincount(cells, minlength=len(tables.visits))
        won = won | tables.converts[steps]
        goes_on = ~tables.ends[steps]
        steps, ticks, won = steps[goes_on], ticks[goes_on], won[goes_on]
        uniforms = rng.random(len(steps))
        taken = tables.first_branch[steps]
        for edge in tables.edges:
            taken += uniforms >= edge[steps]
        ticks = ticks + draw_all(tables.delays, taken, rng, journey.ticks)
        steps = tables.to[taken]
        remains = ticks < journey.ticks
        steps, ticks, won = steps[remains], ticks[remains], won[remains]


def draw_all(delays: list[Delay], taken: np.ndarray, rng: np.random.Generator, ticks_max: int) -> np.ndarray:
    """Whole ticks, branch by branch."""
    drawn = np.empty(len(taken), dtype=np.int32)
    for branch, delay in enumerate(delays):
        movers = np.flatnonzero(taken == branch)
        drawn[movers] = draw(delay, len(movers), rng, ticks_max)
    return drawn


def draw(delay: Delay, count: int, rng: np.random.Generator, ticks_max: int) -> np.ndarray | np.int32:
    """Whole ticks: a draw rounded to the nearest is the format's law."""
    match delay.kind:
        case "fixed":
            return np.int32(delay.fixed_ticks)
        case "lognormal":
            drawn = rng.lognormal(*delay.numbers, count)
        case _:
            drawn = rng.exponential(delay.numbers[0], count)
    return np.minimum(np.rint(drawn), ticks_max).astype(np.int32)


def totals(journey: Journey, arrivals: np.ndarray, visits: np.ndarray) -> Totals:
    """From visits by whether won before, step and tick to months and money."""

    def by_month(by_tick: np.ndarray) -> list[float]:
        return np.bincount(journey.month_of, weights=by_tick, minlength=journey.months).tolist()

    def where(told) -> np.ndarray:
        return np.array([told(step) for step in journey.steps], dtype=float)

    both = visits.sum(axis=0)
    return Totals(
        journey.months,
        arrivals=by_month(arrivals),
        won=by_month(where(lambda it: it.converts) @ visits[0]),
        lost=by_month(where(lambda it: it.leaves) @ visits[0]),
        churned=by_month(where(lambda it: it.leaves) @ visits[1]),
        revenue=by_month(where(lambda it: it.revenue) @ both),
        cost=by_month(where(lambda it: it.cost) @ both),
    )


if __name__ == "__main__":
    main(run)
