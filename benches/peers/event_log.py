"""Reads an event log and counts what follows what with forksight and with DuckDB in turn, checks that
they agree to the last digit, and prints a Markdown table of times, ratios and peak memory.

How to run it is in README.md beside this file.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import sys
from pathlib import Path

from compare import measured

HERE = Path(__file__).resolve().parent
SAME = ("activity_counts", "start_activities", "end_activities")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", help="CSV, as event_log_make.py makes it")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--forksight", default=str(HERE.parents[1] / "target/release/examples/log_counts"))
    asked = parser.parse_args()
    commands = {
        "forksight": [asked.forksight, asked.log, "86400", str(asked.threads)],
        "DuckDB": [sys.executable, str(HERE / "event_log_duckdb.py"), asked.log, "--threads", str(asked.threads)],
    }
    seconds = {name: [] for name in commands}
    peaks = {name: [] for name in commands}
    for repetition in range(asked.repetitions):
        answers = {}
        for name, command in commands.items():
            print(f"{repetition + 1} of {asked.repetitions}: {name} …", file=sys.stderr)
            output, peak = measured(command)
            answers[name] = json.loads(output)
            seconds[name].append(answers[name]["seconds"])
            peaks[name].append(peak)
        agree(*answers.values())
    megabytes = os.path.getsize(asked.log) / 1e6
    print(f"{asked.log}: {megabytes:.0f} MB, {asked.threads} threads, {asked.repetitions} repetitions, "
          f"DuckDB {importlib.metadata.version('duckdb')}, Python {platform.python_version()}\n")
    print("| | seconds (median) | least | most | times as long as forksight | MiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in commands:
        times = seconds[name]
        ratios = [other / own for other, own in zip(times, seconds["forksight"])]
        memory = "" if None in peaks[name] else f"{max(peaks[name]):.0f}"
        print(f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} "
              f"| {statistics.median(ratios):.1f} | {memory} |")


def agree(one: dict, other: dict) -> None:
    """Every count, and the ticks of every move in all, are the same."""
    for key in SAME:
        if one[key] != other[key]:
            sys.exit(f"they do not agree on {key}: {one[key]} and {other[key]}")
    moves = [{(it["from"], it["to"]): (it["count"], it["ticks"], it["different_delays"]) for it in answer["moves"]}
             for answer in (one, other)]
    if moves[0] != moves[1]:
        different = [key for key in moves[0].keys() | moves[1].keys() if moves[0].get(key) != moves[1].get(key)]
        sys.exit(f"they do not agree on {sorted(different)}")


if __name__ == "__main__":
    main()
