"""The journey in numpy: whole arrays of customers are moved on at once, step by step.

Who is at a step waits in arrays of ticks; a round takes all steps in their order, and rounds go on
until everybody has ended or is past the horizon. Customers who have converted stand in arrays of
their own, so that nobody needs a flag.
"""

import numpy as np

from journey import Delay, Journey, Totals, main

# Customers at once: as fast as any size from 10^5 to 10^6, see README.md.
CHUNK = 250_000


def run(journey: Journey, customers: float, seed: int) -> Totals:
    rng = np.random.Generator(np.random.SFC64(seed))
    month_of = np.array(journey.month_of)
    # By step and tick, before and after the first conversion; months and money only at the end.
    visits = np.zeros((2, len(journey.steps), journey.ticks), dtype=np.int64)
    arrivals = rng.poisson(customers * np.array(journey.arrivals))
    ticks = np.repeat(np.arange(journey.ticks, dtype=np.int32), arrivals)
    for first in range(0, len(ticks), CHUNK):
        walk(journey, ticks[first : first + CHUNK], rng, visits)
    return summed(journey, arrivals, visits, month_of)


def walk(journey: Journey, ticks: np.ndarray, rng: np.random.Generator, visits: np.ndarray) -> None:
    waiting = [[[] for _ in journey.steps] for _ in range(2)]
    waiting[0][journey.entry].append(ticks)
    forks = [np.array(step.cumulated[:-1]) for step in journey.steps]
    while any(arrays for side in waiting for arrays in side):
        for has_won in range(2):
            for at, step in enumerate(journey.steps):
                if not waiting[has_won][at]:
                    continue
                here = np.concatenate(waiting[has_won][at])
                waiting[has_won][at] = []
                visits[has_won, at] += np.bincount(here, minlength=journey.ticks)
                side = waiting[1 if has_won or step.converts else 0]
                if len(step.branches) > 1:
                    taken = np.searchsorted(forks[at], rng.random(len(here)), side="right")
                for number, branch in enumerate(step.branches):
                    movers = here[taken == number] if len(step.branches) > 1 else here
                    movers = movers + draw(branch.delay, len(movers), rng, journey.ticks)
                    movers = movers[movers < journey.ticks]
                    if len(movers):
                        side[branch.to].append(movers)


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


def summed(journey: Journey, arrivals: np.ndarray, visits: np.ndarray, month_of: np.ndarray) -> Totals:
    def by_month(by_tick: np.ndarray) -> list[float]:
        return np.bincount(month_of, weights=by_tick, minlength=journey.months).tolist()

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
