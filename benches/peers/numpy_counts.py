"""The journey in numpy on counts: who is at the same step at the same tick is split at once, in all
replications together."""

import numpy as np

from journey import Journey, Step, Totals, main
from numpy_peer import totals

NEGLIGIBLE = 1e-15  # Delays are cut where all longer ones together are less likely than this.


def run(journey: Journey, customers: float, seed: int, replications: int) -> Totals:
    """The sum over replications."""
    rng = np.random.Generator(np.random.SFC64(seed))
    arrivals = rng.poisson(customers * np.array(journey.arrivals)[:, None], (journey.ticks, replications))
    visits = simulate(journey, arrivals, rng)
    return totals(journey, arrivals.sum(axis=1), visits.sum(axis=3))


def simulate(journey: Journey, arrivals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Visits by whether won before, step, tick and replication."""
    steps, replications = len(journey.steps), arrivals.shape[1]
    splits = [Split(step, journey.ticks) for step in journey.steps]
    visits = np.zeros((2, steps, journey.ticks, replications), dtype=np.int64)
    waiting = np.zeros_like(visits)
    waiting[0, journey.entry] = arrivals
    for tick in range(journey.ticks):
        here = waiting[:, :, tick]
        # Again as long as somebody comes back within the tick.
        while here.any():
            for has_won in range(2):
                for at, step in enumerate(journey.steps):
                    if not here[has_won, at].any():
                        continue
                    count = here[has_won, at].copy()
                    here[has_won, at] = 0
                    visits[has_won, at, tick] += count
                    side = waiting[1 if has_won or step.converts else 0]
                    splits[at].move(count, tick, side, rng)
    return visits


class Split:
    """The joint law of branch and delay at a step: every branch has a run of columns."""

    def __init__(self, step: Step, ticks: int):
        self.runs, chances = [], []
        for branch in step.branches:
            law = branch.delay.pmf(ticks)
            longer = 1 - np.cumsum(law)
            first = next((delay for delay, chance in enumerate(law) if chance > 0), ticks)
            last = next((delay for delay, rest in enumerate(longer) if rest < NEGLIGIBLE), ticks)
            self.runs.append((branch.to, first, len(chances), last - first + 1))
            chances.extend(branch.chance * chance for chance in law[first : last + 1])
        # What multinomial leaves for its last column is past every horizon.
        self.chances = np.array([*chances, 0.0])

    def move(self, count: np.ndarray, tick: int, waiting: np.ndarray, rng: np.random.Generator) -> None:
        if not self.runs:
            return
        moved = rng.multinomial(count, self.chances).T if len(self.chances) > 2 else count[None]
        for to, delay, column, length in self.runs:
            length = min(length, waiting.shape[1] - tick - delay)
            if length > 0:
                waiting[to, tick + delay : tick + delay + length] += moved[column : column + length]


if __name__ == "__main__":
    main(run, replications=True)
