#!/usr/bin/env bash
# The load generator against wrk, through one topology, by turns in one run: both open a connection for each request, since HAProxy closes
# it (`option httpclose`). wrk asks as fast as its connections allow; ours, which is open loop, is asked for the rate that wrk has just
# reached. At the end it is asked for half of what it reached. Needs root, wrk (Debian has it), and images: `relapse images`.
#   harness/benchmarks/load.sh [CONNECTIONS] [SECONDS] [ROUNDS]          RELAPSE=…/relapse
set -euo pipefail
cd "$(dirname "$0")/../.."
connections=${1:-64}
seconds=${2:-5}
rounds=${3:-5}
relapse=${RELAPSE:-target/debug/relapse}
work=$(mktemp -d)
"$relapse" up slack-zones >"$work/up" 2>&1 || { cat "$work/up" >&2; exit 1; }
lab=$(sed -n 's/^lab \(.*\) is up.*/\1/p' "$work/up")
trap '"$relapse" down "$lab" >/dev/null 2>&1; rm -rf "$work"' EXIT

container() { docker ps -q --filter label=relapse.run="$lab" --filter label=relapse.service="$1"; }
visitor=$(container visitor)
url=http://$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(container lb)")/

# ours RATE: how many a second were answered with 200.
ours() {
    { echo "{\"url\":\"$url\",\"per_second\":$1,\"most_seconds\":$seconds}"; sleep $((seconds + 5)); } |
        docker exec -i "$visitor" /relapse-agent load >"$work/samples"
    awk -v seconds="$seconds" '/"status":200/ {n++} END {printf "%d", n / seconds}' "$work/samples"
}
median() { sort -n "$1" | awk '{v[NR]=$1} END {print (v[int((NR+1)/2)] + v[int(NR/2)+1]) / 2}'; }

for _ in $(seq "$rounds"); do
    nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$visitor")" -n \
        wrk -t 2 -c "$connections" -d "${seconds}s" "$url" >"$work/wrk"
    theirs=$(awk '/^Requests\/sec/ {printf "%d", $2}' "$work/wrk")
    got=$(ours "$theirs")
    echo "wrk $theirs/s with $connections connections; ours $got/s"
    echo "$got" >>"$work/got"
    awk "BEGIN {print $got / $theirs}" >>"$work/ratios"
done
half=$(awk "BEGIN {printf \"%d\", $(median "$work/got") / 2}")
got=$(ours "$half")
printf 'ratio %.2f (median of %d); asked for %d/s, half of what it reached, %d/s were answered (%+.2f %%)\n' \
    "$(median "$work/ratios")" "$rounds" "$half" "$got" "$(awk "BEGIN {print ($got - $half) * 100 / $half}")"
