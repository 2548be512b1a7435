#!/bin/sh
# The report of Slack's day: its bytes, how long Chromium takes from nothing to its layout, and what it says on its console.
#   harness/benchmarks/report.sh [RUNS [REPORT]]     REPORT: a folder with a report; without it, the day is run first
# Needs `chromium` on the path; `CHROMIUM` names another.
set -eu
runs=${1:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
report=${2:-$folder/report}
[ $# -ge 2 ] || target/debug/relapse run features/slack/stale_slots.feature --jobs 1 --report "$report" >&2
file=$(cd "$report" && pwd)/index.html
echo "bytes: $(wc -c <"$file")"

# The page in a frame, and how long until its load event with everything laid out.
cat >"$folder/frame.html" <<HTML
<!doctype html><body><script>
const frame = document.createElement("iframe");
frame.width = 1280; frame.height = 900;
frame.onload = () => {
  const root = frame.contentDocument.documentElement;
  root.getBoundingClientRect();
  const ms = performance.now() - began;
  document.body.textContent = "load_ms=" + ms.toFixed(0) + " elements=" + root.querySelectorAll("*").length;
};
const began = performance.now();
frame.src = "file://$file";
document.body.append(frame);
</script>
HTML
for run in $(seq "$runs"); do
  "${CHROMIUM:-chromium}" --headless=new --no-sandbox --disable-gpu --allow-file-access-from-files --user-data-dir="$folder/profile-$run" \
    --enable-logging=stderr --dump-dom "file://$folder/frame.html" 2>>"$folder/log" | sed -n 's/.*\(load_ms=[0-9]* elements=[0-9]*\).*/\1/p'
done >"$folder/loads"
cat "$folder/loads" >&2
[ "$(wc -l <"$folder/loads")" -eq "$runs" ] || { echo "a page was not loaded" >&2; exit 1; }
echo "load, median of $runs: $(sed 's/load_ms=\([0-9]*\) .*/\1/' "$folder/loads" | sort -n | sed -n "$(((runs + 1) / 2))p") ms"
echo "lines on the console: $(grep -c ':CONSOLE' "$folder/log" || true)"
grep ':CONSOLE' "$folder/log" >&2 || true
