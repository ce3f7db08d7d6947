"""What follows what in an event log and after how many days, by DuckDB's SQL, as JSON.

How to run it is in README.md beside this file.
"""

import argparse
import json
import time

import duckdb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", help="CSV with the columns case_id, activity and timestamp")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    base = duckdb.connect()
    base.execute(f"SET threads = {asked.threads}")
    begin = time.perf_counter(), time.process_time()
    # Ties keep the order of the file.
    base.execute(
        """
        CREATE TABLE followed AS
        SELECT case_id, activity, timestamp,
            lead(activity) OVER ahead AS follower, lead(timestamp) OVER ahead - timestamp AS delay,
            row_number() OVER ahead AS position
        FROM (SELECT *, row_number() OVER () AS line FROM read_csv(?, columns = {
            'case_id': 'VARCHAR', 'activity': 'VARCHAR', 'timestamp': 'TIMESTAMP'}, header = true))
        WINDOW ahead AS (PARTITION BY case_id ORDER BY timestamp, line)
        """,
        [asked.log],
    )
    # Half a day is none, as the delays of a scenario are rounded.
    delays = base.execute(
        """
        SELECT activity, follower, CAST(ceil(epoch(delay) / 86400 - 0.5) AS BIGINT) AS days, count(*)
        FROM followed WHERE follower IS NOT NULL GROUP BY ALL
        """
    ).fetchall()
    starts = dict(base.execute("SELECT activity, count(*) FROM followed WHERE position = 1 GROUP BY 1").fetchall())
    ends = dict(base.execute("SELECT activity, count(*) FROM followed WHERE follower IS NULL GROUP BY 1").fetchall())
    counts = dict(base.execute("SELECT activity, count(*) FROM followed GROUP BY 1").fetchall())
    seconds = {"wall": time.perf_counter() - begin[0], "cpu": time.process_time() - begin[1]}
    moves = {}
    for activity, follower, days, count in delays:
        move = moves.setdefault((activity, follower), {"count": 0, "days": 0})
        move["count"] += count
        move["days"] += count * days
    told = {
        "seconds": seconds,
        "counts": counts,
        "starts": starts,
        "ends": ends,
        "moves": [{"from": key[0], "to": key[1], **move} for key, move in moves.items()],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
