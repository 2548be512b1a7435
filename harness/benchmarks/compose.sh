#!/usr/bin/env bash
# A lab up and down, by relapse and by Docker Compose on the same file, one after the other in one run: medians of N rounds.
# Images have to be there: `relapse images`. Compose is Debian trixie's 2.26.1 if none is named:
#   harness/benchmarks/compose.sh [TOPOLOGY] [ROUNDS]          COMPOSE=…/docker-compose RELAPSE=…/relapse
set -euo pipefail
cd "$(dirname "$0")/../.."
topology=${1:-trap}
rounds=${2:-10}
relapse=${RELAPSE:-target/debug/relapse}
work=$(mktemp -d)
export COMPOSE_PROJECT_NAME=relapse-benchmark-$$
file=fixtures/$topology/compose.yaml

if [ -z "${COMPOSE:-}" ]; then
    base=http://deb.debian.org/debian/pool/main/d/docker-compose
    curl -fsSL -o "$work/compose.deb" "$base/docker-compose_2.26.1-4_$(dpkg --print-architecture).deb"
    dpkg -x "$work/compose.deb" "$work/x"
    COMPOSE=$(find "$work/x" -path "*/cli-plugins/docker-compose" -type f | head -n 1)
fi
trap '"$COMPOSE" -f "$file" down -t 0 --volumes >"$work/last" 2>&1 || true; rm -rf "$work"' EXIT

seconds() { # seconds FILE COMMAND…: appends how long the command took, in milliseconds
    local to=$1 from until
    shift
    from=$(date +%s%3N)
    # `--wait` calls it a failure when a container that has only one thing to do has done it.
    "$@" >"$work/log" 2>&1 || tail -n 1 "$work/log" | grep -q 'exited (0)$' || { cat "$work/log" >&2; exit 1; }
    until=$(date +%s%3N)
    echo $((until - from)) >>"$work/$to"
}
median() { sort -n "$work/$1" | awk '{v[NR]=$1} END {printf "%.2f", (v[int((NR+1)/2)] + v[int(NR/2)+1]) / 2000}'; }
ratio() { awk "BEGIN {printf \"%.2f\", $1 / $2}"; }

"$COMPOSE" -f "$file" config --quiet
for _ in $(seq "$rounds"); do
    seconds compose-up "$COMPOSE" -f "$file" up -d --wait --no-build
    seconds compose-down "$COMPOSE" -f "$file" down -t 0 --volumes
    seconds ours-up "$relapse" up "$topology"
    seconds ours-down "$relapse" down
done
for what in up down; do
    ours=$(median ours-$what) theirs=$(median compose-$what)
    echo "$what: relapse $ours s, compose $theirs s, ratio $(ratio "$ours" "$theirs") (medians of $rounds)"
done
