"""The journey in SimPy: a process for every customer."""

import random

import simpy

from journey import Delay, Journey, Totals, main


def run(journey: Journey, customers: float, seed: int) -> Totals:
    env = simpy.Environment()
    rng = random.Random(seed)
    totals = Totals(journey.months)
    forks = [(step, step.branches, step.cumulated) for step in journey.steps]
    env.process(source(env, journey, forks, customers, rng, totals))
    env.run(until=journey.ticks)  # Events at the horizon do not happen.
    return totals


def source(env, journey, forks, customers, rng, totals):
    """A Poisson process: exponential gaps, counted by tick."""
    for tick, share in enumerate(journey.arrivals):
        rate = customers * share
        at = rng.expovariate(rate)
        while at < 1:
            totals.arrivals[journey.month_of[tick]] += 1
            env.process(customer(env, journey, forks, rng, totals))
            at += rng.expovariate(rate)
        yield env.timeout(1)


def customer(env, journey, forks, rng, totals):
    at, has_won = journey.entry, False
    while True:
        step, branches, cumulated = forks[at]
        month = journey.month_of[env.now]
        totals.revenue[month] += step.revenue
        totals.cost[month] += step.cost
        if step.converts and not has_won:
            has_won = True
            totals.won[month] += 1
        if not branches:
            if step.leaves:
                (totals.churned if has_won else totals.lost)[month] += 1
            return
        branch = rng.choices(branches, cum_weights=cumulated)[0] if len(branches) > 1 else branches[0]
        ticks = draw(branch.delay, rng)
        if ticks > 0:
            yield env.timeout(ticks)
        at = branch.to


def draw(delay: Delay, rng: random.Random) -> int:
    """Whole ticks: a draw rounded to the nearest is the format's law."""
    match delay.kind:
        case "fixed":
            return delay.fixed_ticks
        case "lognormal":
            return round(rng.lognormvariate(*delay.numbers))
        case _:
            return round(rng.expovariate(1 / delay.numbers[0]))


if __name__ == "__main__":
    main(run)
