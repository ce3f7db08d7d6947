#!/bin/sh
# Peak memory of the release binary, as GNU time tells it, as a Markdown table.
#
#   benches/memory.sh [ENGINE]…        default: individual
#
# MOST=10000000 is how many customers `individual` is given at most.
set -eu
cd "$(dirname "$0")/.."
forksight=${FORKSIGHT:-target/release/forksight}
most=${MOST:-10000000}
[ $# -gt 0 ] || set -- individual

# peak ENGINE JOURNEY CUSTOMERS REPLICATIONS THREADS
peak() {
    volume=$(awk "BEGIN { printf \"%.6f\", $3 / 36 }")
    env time --format %M "$forksight" run "benches/journeys/$2.toml" --engine "$1" --set "arrivals.web.volume=$volume" \
        --replications "$4" --threads "$5" --quiet --format json 2>&1 >/dev/null | tail -n 1 |
        awk '{ printf "%.1f", $1 / 1024 }'
}

echo "| engine | journey | customers | replications | threads | peak MiB |"
echo "| --- | --- | ---: | ---: | ---: | ---: |"
for engine in "$@"; do
    for threads in 1 2; do
        for customers in 1000 1000000 1000000000 1000000000000; do
            [ "$engine" = individual ] && [ "$customers" -gt "$most" ] && continue
            echo "| $engine | fourteen | $customers | 1 | $threads | $(peak "$engine" fourteen $customers 1 $threads) |"
        done
        for replications in 1 100 10000; do
            row="| $engine | fourteen-months | 1000 | $replications | $threads |"
            echo "$row $(peak "$engine" fourteen-months 1000 $replications $threads) |"
        done
    done
done
