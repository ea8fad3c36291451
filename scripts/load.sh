#!/usr/bin/env bash
# Measures what the real window costs under load: the processor time of Gatewatch
# and of its page (WebKit's processes), as a share of one core, while a demo gateway
# sends events at each of the rates. The history is on. Rates are counted at the
# gateway's side of the socket and in the history. Several binaries are measured in
# turn in one run: load.sh [RATE...]; BINARIES="before=PATH now=PATH", SECONDS_EACH=30,
# PAGE=/now, PERF=FOLDER keeps a profile of each (perf record).
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

rates=("$@")
[ $# -gt 0 ] || rates=(500 5000)
read -ra binaries <<<"${BINARIES:-now=bin/gatewatch}"
each=${SECONDS_EACH:-30}
page=${PAGE:-/now}
hertz=$(getconf CLK_TCK)

# ticks PID...: processor time of these processes, in ticks.
ticks() {
	local pid n=0 fields
	for pid in "$@"; do
		fields=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null) || continue
		n=$((n + $(awk '{ print $12 + $13 }' <<<"$fields")))
	done
	echo "$n"
}

# below PID: the processes that it started, and those that they did.
below() {
	local child
	for child in $(pgrep -P "$1"); do
		echo "$child"
		below "$child"
	done
}

percent() { awk -v t="$1" -v s="$each" -v h="$hertz" 'BEGIN { printf "%5.1f %%", 100 * t / h / s }'; }

# measure NAME BINARY RATE
measure() {
	local binary=$2 gateway window pages before after sent=0 url
	own_home
	own_display 1280x860
	own_bus
	also openbox
	"$binary" demo-gateway --scenario storm --rate "$3" >"$work/gateway.log" 2>&1 &
	gateway=$!
	pids+=("$gateway")
	for _ in $(seq 100); do grep -q '^playing' "$work/gateway.log" && break; sleep 0.1; done
	url=$(sed -n 's/^core URL *//p' "$work/gateway.log")
	GATEWATCH_VIRTUAL_KEY=$(sed -n 's/^virtual key *//p' "$work/gateway.log") \
		GATEWATCH_MASTER_KEY=$(sed -n 's/^master key *//p' "$work/gateway.log") \
		"$binary" window "$page" --core "$url" --admin "$url" >"$work/window.log" 2>&1 &
	window=$!
	pids+=("$window")
	sleep "${WARM:-20}"
	mapfile -t pages < <(below "$window")
	[ -z "${PERF:-}" ] || { mkdir -p "$PERF"; perf record -q -g -F 199 -p "$(IFS=,; echo "$window ${pages[*]}" | tr ' ' ,)" -o "$PERF/$1-$3.perf" -- sleep "$each" 2>/dev/null & }
	before=("$(ticks "$window")" "$(ticks "${pages[@]}")" "$(ticks "$gateway")" "$(seen)")
	sleep "$each"
	after=("$(ticks "$window")" "$(ticks "${pages[@]}")" "$(ticks "$gateway")" "$(seen)")
	sent=$(((after[3] - before[3]) / each))
	say "$(printf '%-8s %6d/s asked, %6d/s seen   Go %s   page %s   (the gateway %s)' "$1" "$3" "$sent" \
		"$(percent $((after[0] - before[0])))" "$(percent $((after[1] - before[1])))" "$(percent $((after[2] - before[2])))")"
	[ -z "${SHOTS:-}" ] || import -window root "$SHOTS/$1-$3.png"
	end_all
}

# seen is how many events are in its history.
seen() { sqlite3 -readonly "$(find "$work" -name history.db)" 'SELECT coalesce(max(rowid), 0) FROM event' 2>/dev/null || echo 0; }

for rate in "${rates[@]}"; do
	for one in "${binaries[@]}"; do measure "${one%%=*}" "$(realpath "${one#*=}")" "$rate"; done
done
