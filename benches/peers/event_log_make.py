"""Makes an event log: a shop with ten activities and eighteen ways between them, in time order or case by case.

How to run it is in README.md beside this file.
"""

import argparse

import duckdb
import numpy

NAMES = ["visit", "browse", "search", "product_page", "basket", "checkout", "payment", "shipment", "review", "leave"]
# Where each activity leads and how often; what is left ends the case. Eighteen ways.
WAYS = {
    0: {1: 0.53, 2: 0.32, 9: 0.12},
    1: {3: 0.58, 2: 0.26, 9: 0.12},
    2: {3: 0.66, 1: 0.32},
    3: {4: 0.42, 1: 0.42, 9: 0.13},
    4: {5: 0.62, 3: 0.36},
    5: {6: 0.78, 4: 0.20},
    6: {7: 0.98},
    7: {8: 0.35, 0: 0.60},
}
SECONDS = 400_000  # Mean delay of every way.
BEGIN = 1_672_531_200  # 2023-01-01
SPAN = 730 * 86_400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="where to write it: CSV")
    parser.add_argument("--cases", type=int, default=1_200_000)
    parser.add_argument("--rows", type=int, default=10_000_000, help="no more than these")
    parser.add_argument("--order", choices=["time", "case"], default="time")
    asked = parser.parse_args()
    generator = numpy.random.default_rng(1)
    chances = numpy.zeros((len(NAMES), len(NAMES)))
    for activity, ways in WAYS.items():
        for to, chance in ways.items():
            chances[activity, to] = chance
    edges = chances.cumsum(axis=1)
    case = numpy.arange(asked.cases)
    activity = numpy.zeros(asked.cases, dtype=numpy.int64)
    time = BEGIN + generator.integers(0, SPAN, asked.cases)
    told = []
    while len(case):
        told.append((case, activity, time))
        branch = (generator.random(len(case))[:, None] >= edges[activity]).sum(axis=1)
        goes_on = branch < len(NAMES)
        case, activity, time = case[goes_on], branch[goes_on], time[goes_on]
        time = time + 1 + generator.exponential(SECONDS, len(case)).astype(numpy.int64)
    names = numpy.array(NAMES)
    columns = [numpy.concatenate(it) for it in zip(*told)]
    events = {"number": columns[0], "place": columns[1], "seconds": columns[2]}  # noqa: F841 (read by DuckDB)
    activities = {"place": numpy.arange(len(NAMES)), "activity": names}  # noqa: F841
    order = {"time": "seconds, number", "case": "number, seconds"}[asked.order]
    duckdb.sql(f"""
        COPY (
            SELECT printf('c%07d', number) AS case_id, activity, make_timestamp(seconds * 1000000) AS timestamp
            FROM events JOIN activities USING (place) ORDER BY {order} LIMIT {asked.rows}
        ) TO '{asked.file}' (HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')
    """)
    print(f"{min(len(columns[0]), asked.rows)} rows of {len(columns[0])} in {asked.file}")


if __name__ == "__main__":
    main()
