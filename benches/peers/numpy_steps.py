"""The journey in numpy, tuned: as many customers as possible do the same thing at once.

Who is at a step waits in arrays of ticks; a round takes all steps in their order, and rounds go on
until everybody has ended or is past the horizon. Customers who have converted stand in arrays of
their own, so that nobody needs a flag.
"""

import numpy as np

from journey import Journey, Totals, main
from numpy_peer import draw, totals

CHUNK = 500_000  # Customers at once; the fastest size where this was measured.


def run(journey: Journey, customers: float, seed: int) -> Totals:
    rng = np.random.Generator(np.random.SFC64(seed))
    # By whether won before, step and tick; months and money only at the end.
    visits = np.zeros((2, len(journey.steps), journey.ticks), dtype=np.int64)
    arrivals = rng.poisson(customers * np.array(journey.arrivals))
    ticks = np.repeat(np.arange(journey.ticks, dtype=np.int32), arrivals)
    for first in range(0, len(ticks), CHUNK):
        walk(journey, ticks[first : first + CHUNK], rng, visits)
    return totals(journey, arrivals, visits)


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


if __name__ == "__main__":
    main(run)
