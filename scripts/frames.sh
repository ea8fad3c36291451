#!/usr/bin/env bash
# Measures how long the real window's frames take while the budgets of 500 keys with 400
# days of history are foreseen, and how long before and after that. frames.sh [ROUNDS].
# What it printed last is in docs/benchmarks.md.
. "$(dirname "$0")/lib.sh"
. scripts/display.sh
. scripts/page.sh

keys=${KEYS:-500} days=${DAYS:-400}
SMOKE_BINARY=${SMOKE_BINARY:-$cache/bin/gatewatch-e2e}
go build -trimpath -tags "$tags,e2e" -o "$SMOKE_BINARY" .
mkdir -p "$cache/past"
cat >"$cache/past/main.go" <<'GO'
// Writes a history: so many keys of the first gateway that is given by its addresses, so many days, a dollar an hour each.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"gatewatch/internal/core/event"
	"gatewatch/internal/store/history"
)

func main() {
	ctx := context.Background()
	keys, _ := strconv.Atoi(os.Args[2])
	days, _ := strconv.Atoi(os.Args[3])
	db, _, err := history.Open(ctx, os.Args[1], history.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for hour := range days * 24 {
		at := time.Now().Add(-time.Duration(hour)*time.Hour - 70*time.Minute)
		for key := range keys {
			db.AddSpend(history.Spend{
				Gateway: "gateway", Key: event.KeyID(fmt.Sprint(key + 1)), Model: "m", Provider: "p", At: at,
				Amount: event.USD(1 + 0.1*float64((hour*7+key)%5)), Requests: 3,
			})
		}
		if hour%48 == 0 {
			if err := db.Flush(ctx); err != nil {
				log.Fatal(err)
			}
		}
	}
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
}
GO
go build -trimpath -o "$cache/bin/past" "./.cache/past"

own_home
own_display 1280x860
own_bus
own_keyring
also openbox
export WEBKIT_DISABLE_DMABUF_RENDERER=1
mkdir -p "$GATEWATCH_HOME/data"
say "Writing $days days of $keys keys"
"$cache/bin/past" "$GATEWATCH_HOME/data/history.db" "$keys" "$days"
{
	echo "dialect contract"
	for n in $(seq "$keys"); do echo "have key $n key-$n limit=$((65 * days)) spent=$((30 * days))"; done
} >"$work/town.txt"
mkfifo "$work/lines"
"$SMOKE_BINARY" demo-gateway --script "$work/town.txt" --obey --listen 127.0.0.1:0 <"$work/lines" >"$work/gateway.txt" 2>&1 &
pids+=($!)
exec 9>"$work/lines"
for _ in $(seq 100); do grep -q '^playing' "$work/gateway.txt" && break; sleep 0.1; done
of() { sed -n "s/^$1 *//p" "$work/gateway.txt" | head -n 1; }
(n=0; while echo "spend key-$((n++ % keys + 1)) 0.05"; do sleep 0.5; done >"$work/lines") &
pids+=($!)
GATEWATCH_VIRTUAL_KEY=$(of 'virtual key') GATEWATCH_MASTER_KEY=$(of 'master key')
export GATEWATCH_VIRTUAL_KEY GATEWATCH_MASTER_KEY
export WEBKIT_DRIVER=${WEBKIT_DRIVER:-WebKitWebDriver} SMOKE_SHOTS=${SHOTS:-$work/shots} SMOKE_BINARY
CORE=$(of "core URL") ADMIN=$(of "admin URL")
export CORE ADMIN
node scripts/frames.mjs "${1:-3}"
