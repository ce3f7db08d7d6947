"""Reads an event log and finds what follows what and after how long, with `forksight fit` and with DuckDB in
turn, checks that they agree, and prints a Markdown table of times, ratios and peak memory.

How to run it is in README.md beside this file.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import statistics
import sys
import time
from pathlib import Path

from compare import measured

HERE = Path(__file__).resolve().parent
CLOCKS = ("wall", "cpu")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", help="CSV, as event_log_make.py makes it")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2, help="of DuckDB, and cores for both")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="cpu where others use the machine too")
    parser.add_argument("--forksight", default=str(HERE.parents[1] / "target/release/forksight"))
    asked = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.threads])
    commands = {
        "forksight": [asked.forksight, "fit", asked.log, "--complete", "--tick", "1d", "--format", "json", "--quiet"],
        "DuckDB": [sys.executable, str(HERE / "event_log_duckdb.py"), asked.log, "--threads", str(asked.threads)],
    }
    seconds = {name: [] for name in commands}
    peaks = {name: [] for name in commands}
    for repetition in range(asked.repetitions):
        answers = {}
        for name, command in commands.items():
            print(f"{repetition + 1} of {asked.repetitions}: {name} …", file=sys.stderr)
            begin = clocks()
            output, peak = measured(command)
            whole = {clock: now - begin[clock] for clock, now in clocks().items()}
            answers[name] = json.loads(output)
            # DuckDB's own clock leaves out what Python takes to start.
            seconds[name].append(answers[name].get("seconds", whole)[asked.clock])
            peaks[name].append(peak)
        agree(of_fit(answers["forksight"]), of_duckdb(answers["DuckDB"]))
    megabytes = os.path.getsize(asked.log) / 1e6
    print(f"{asked.log}: {megabytes:.0f} MB, {asked.threads} threads, {asked.repetitions} repetitions, "
          f"{asked.clock} seconds, DuckDB {importlib.metadata.version('duckdb')}, "
          f"Python {platform.python_version()}\n")
    print("| | seconds (median) | least | most | times as long as forksight | MiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in commands:
        times = seconds[name]
        ratios = [other / own for other, own in zip(times, seconds["forksight"])]
        memory = "" if None in peaks[name] else f"{max(peaks[name]):.0f}"
        print(f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} "
              f"| {statistics.median(ratios):.1f} | {memory} |")


def clocks() -> dict:
    """What has passed on the wall and in processors that worked for finished children."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall": time.perf_counter(), "cpu": used.ru_utime + used.ru_stime}


def of_fit(report: dict) -> dict:
    """The counts in a report of `fit --complete`."""
    activities = {step["step"]: step["activity"] for step in report["steps"]}
    told = {"cases": report["cases"], "counts": {}, "ends": {}, "moves": {},
            "starts": {it["activity"]: it["cases"] for it in report["starts"]}}
    for step in report["steps"]:
        activity = step["activity"]
        told["counts"][activity] = step["visits"]
        if not step["branches"]:
            told["ends"][activity] = step["visits"]
        for branch in step["branches"]:
            if branch["to"] not in activities:
                told["ends"][activity] = branch["seen"]
                continue
            days = branch["delay"]["mean_days"]["value"] * branch["seen"]
            if abs(days - round(days)) > 1e-9 * max(days, 1e3):
                sys.exit(f"from {activity} to {branch['to']} all took {days} days, which are not whole")
            told["moves"][activity, activities[branch["to"]]] = (branch["seen"], round(days))
    return told


def of_duckdb(answer: dict) -> dict:
    """The same counts of DuckDB."""
    moves = {(it["from"], it["to"]): (it["count"], it["days"]) for it in answer["moves"]}
    return {"cases": sum(answer["starts"].values()), "counts": answer["counts"], "starts": answer["starts"],
            "ends": answer["ends"], "moves": moves}


def agree(one: dict, other: dict) -> None:
    """Every count, and the days of every move in all, are the same."""
    for key in one:
        if one[key] != other[key]:
            sys.exit(f"they do not agree on {key}: {one[key]} and {other[key]}")


if __name__ == "__main__":
    main()
