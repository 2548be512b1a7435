#!/usr/bin/env bash
# How long after it became stale an address is seen, in the lab at size: from the moment at which HAProxy, or Consul, is told that a server is
# gone, to the line of the list's reader that says so. Medians of N rounds. Needs root, curl, and images: `relapse images`.
#   harness/benchmarks/stale.sh [INSTANCES] [ROUNDS]          RELAPSE=…/relapse
set -euo pipefail
cd "$(dirname "$0")/../.."
instances=${1:-1000}
rounds=${2:-10}
relapse=${RELAPSE:-target/debug/relapse}
work=$(mktemp -d)
"$relapse" up slack-size >"$work/up" 2>&1 || { cat "$work/up" >&2; exit 1; }
lab=$(sed -n 's/^lab \(.*\) is up.*/\1/p' "$work/up")
trap 'kill $(jobs -p) 2>/dev/null; "$relapse" down "$lab" >/dev/null 2>&1; rm -rf "$work"' EXIT

container() { docker ps -q --filter label=relapse.run="$lab" --filter label=relapse.service="$1"; }
beside() { # beside PART COMMAND…: in its network
    local part=$1
    shift
    nsenter -t "$(docker inspect -f '{{.State.Pid}}' "$(container "$part")")" -n "$@"
}
now() { date +%s%3N; }
dated() { while read -r line; do echo "$(now) ${line:0:11}"; done; } # `{"servers":` is a list that changed
median() { sort -n "$1" | awk '{v[NR]=$1} END {printf "%d ms (%d to %d)", (v[int((NR+1)/2)] + v[int(NR/2)+1]) / 2, v[1], v[NR]}'; }

from=$(now)
docker exec "$(container autoscaler)" /relapse-fakes scale to "$instances"
echo "$instances instances pass after $(($(now) - from)) ms"
# Told until its input ends.
sleep $((rounds * 12 + 60)) | docker exec -i "$(container lb-1)" /relapse-agent members haproxy webapp | dated >"$work/haproxy" &
sleep $((rounds * 12 + 60)) | docker exec -i "$(container visitor)" /relapse-agent members consul webapp http://consul:8500 | dated >"$work/consul" &
quiet() { # quiet LIST: until nothing has changed there for three seconds
    until [ "$(wc -l <"$work/$1")" -gt 0 ] && [ $(($(now) - $(grep servers "$work/$1" | tail -n 1 | cut -d' ' -f1))) -gt 3000 ]; do sleep 0.2; done
}
seen() { # seen LIST FROM: how long after that it told of a change
    local at
    until at=$(awk -v from="$2" '$1 >= from && /servers/ {print $1; found = 1; exit} END {exit !found}' "$work/$1"); do sleep 0.01; done
    echo $((at - $2)) >>"$work/$1-ms"
}
for round in $(seq "$rounds"); do
    quiet haproxy
    from=$(now)
    # The sync program fills it again with its next run.
    beside lb-1 bash -c 'exec 3<>/dev/tcp/127.0.0.1/9999; echo "set server webapp/webapp1 state maint" >&3; cat <&3' >/dev/null
    seen haproxy "$from"
    quiet consul
    from=$(now)
    beside fleet curl -fsS -X PUT "http://127.0.0.1:8500/v1/agent/service/deregister/webapp-$((round + 10))"
    seen consul "$from"
done
echo "seen in haproxy-1 after $(median "$work/haproxy-ms"), in consul after $(median "$work/consul-ms"); medians of $rounds, with $instances instances"
