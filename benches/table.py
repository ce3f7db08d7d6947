"""What `cargo bench --bench engines` has measured, as Markdown tables in ratios.

    python3 benches/table.py
"""

import json
import math
from collections import defaultdict
from pathlib import Path

MEASURED = Path(__file__).resolve().parents[1] / "target/criterion/engines"
WORDS = {
    "customers": "Customers, by the day over 36 months, 1 replication",
    "replications": "Replications of 1,000 customers, by 30 days over 36 ticks",
    "steps": "Steps of a chain with loops, 1,000 customers by the day over 36 months",
}


def main() -> None:
    medians = defaultdict(dict)
    for file in sorted(MEASURED.glob("*/new/benchmark.json")):
        axis, threads, at, engine = json.loads(file.read_text())["function_id"].split("/")
        estimates = json.loads(file.with_name("estimates.json").read_text())
        seconds = estimates["median"]["point_estimate"] / 1e9
        medians[axis, threads.removeprefix("threads-")][int(at), engine] = seconds
    if not medians:
        raise SystemExit("nothing measured yet: cargo bench --bench engines")
    for (axis, threads), cells in sorted(medians.items()):
        table(f"{WORDS[axis]}, {threads} thread{'' if threads == '1' else 's'}", axis, cells)


def table(title: str, axis: str, cells: dict[tuple[int, str], float]) -> None:
    """A row for every place on the axis; ratios are to the first row that an engine has."""
    engines = sorted({engine for _, engine in cells}, key=["individual", "cohort", "exact"].index)
    print(f"{title}\n")
    print(f"| {axis} | " + " | ".join(f"{it} | times the first" for it in engines) + " |")
    print("| ---: |" + " ---: | ---: |" * len(engines))
    firsts = {engine: cells[min(it for it in cells if it[1] == engine)] for engine in engines}
    for at in sorted({at for at, _ in cells}):
        row = [f"{at:,}"]
        for engine in engines:
            seconds = cells.get((at, engine))
            row += ["–", "–"] if seconds is None else [in_words(seconds), short(seconds / firsts[engine])]
        print("| " + " | ".join(row) + " |")
    print()


def in_words(seconds: float) -> str:
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size or unit == "µs":
            return f"{short(seconds / size)} {unit}"
    raise AssertionError


def short(value: float) -> str:
    """Three significant digits, without exponents."""
    places = 2 - math.floor(math.log10(value))
    return f"{round(value, places):,.{max(places, 0)}f}".removesuffix(".00")


if __name__ == "__main__":
    main()
