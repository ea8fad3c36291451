#!/usr/bin/env bash
# Measures what the program costs beside an empty window of the same toolkit, in
# the same run, interleaved: how long until the first number is on the page, and
# hidden, the processor time and memory. start.sh [ROUNDS]. What it printed last
# is in docs/platforms.md.
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

SMOKE_BINARY=${SMOKE_BINARY:-$cache/bin/gatewatch-e2e}
go build -trimpath -tags "$tags,e2e" -o "$SMOKE_BINARY" .
empty=$cache/empty
mkdir -p "$empty/page"
cp app/automation_linux.c "$empty/"
cat >"$empty/page/index.html" <<'HTML'
<!doctype html><title>empty</title><body style="background:#14161b;color:#fff"><p id="n"></p>
<script>window.go.main.Number.Get().then((n) => { document.getElementById('n').textContent = n })</script>
HTML
cat >"$empty/main.go" <<'GO'
// An empty window that asks Go for one number.
package main

// #cgo pkg-config: gtk+-3.0 webkit2gtk-4.1
import "C"

import (
	"embed"
	"os"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
)

//go:embed all:page
var page embed.FS

type Number struct{}

func (*Number) Get() int { return 1 }

func main() {
	_ = wails.Run(&options.App{
		Title: "Empty", Width: 1280, Height: 820, StartHidden: len(os.Args) > 1,
		AssetServer: &assetserver.Options{Assets: page}, Bind: []any{&Number{}},
		Linux: &linux.Options{ProgramName: "empty", WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
	})
}
GO
go build -trimpath -tags "$tags,e2e" -o "$cache/bin/empty-window" "./.cache/empty"
CGO_ENABLED=0 go build -trimpath -o "$cache/bin/desk" ./internal/desktop/notification/dbustest/desk

own_home
own_display 1280x860
export WEBKIT_DISABLE_DMABUF_RENDERER=1
# A bus with a tray, so that a hidden start stays hidden.
mkfifo "$work/desk"
DESK_KEYCHAIN=none "$cache/bin/desk" <"$work/desk" >"$work/desk.json" &
pids+=($!)
exec 9>"$work/desk"
for _ in $(seq 100); do [ -s "$work/desk.json" ] && break; sleep 0.1; done
DBUS_SESSION_BUS_ADDRESS=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).bus' "$work/desk.json")
export DBUS_SESSION_BUS_ADDRESS
also openbox
export WEBKIT_DRIVER=${WEBKIT_DRIVER:-WebKitWebDriver} SMOKE_SHOTS=$work/shots EMPTY_BINARY=$cache/bin/empty-window SMOKE_BINARY
node scripts/start.mjs "${1:-5}"
