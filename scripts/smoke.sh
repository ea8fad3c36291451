#!/usr/bin/env bash
# Drives the real window (GTK, WebKit) under Xvfb with a D-Bus session, a
# window manager and a notification service, and looks at what a user would.
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

SMOKE_BINARY=${SMOKE_BINARY:-$cache/bin/gatewatch-e2e}
go build -trimpath -tags "$tags,e2e" -o "$SMOKE_BINARY" .

own_home
own_display 1280x860
own_bus
also openbox
also dunst
dbus-monitor "interface='org.freedesktop.Notifications',member='Notify'" >"$work/notify.log" 2>/dev/null &
pids+=($!)

export WEBKIT_DRIVER=${WEBKIT_DRIVER:-WebKitWebDriver}
export SMOKE_BINARY SMOKE_NOTIFY_LOG=$work/notify.log SMOKE_WORK=$work
export SMOKE_SHOTS=${SMOKE_SHOTS:-$cache/shots}
status=0
node scripts/smoke.mjs || status=1

# Links, through a desktop entry as it is installed.
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config
BINARY=$SMOKE_BINARY PREFIX=$HOME/.local scripts/install.sh >/dev/null
desktop-file-validate "$XDG_DATA_HOME/applications/gatewatch.desktop"
[ "$(xdg-mime query default x-scheme-handler/gatewatch)" = gatewatch.desktop ] || die "links have no handler"
GATEWATCH_VIRTUAL_KEY=demo-virtual-key GATEWATCH_MASTER_KEY=demo-master-key node scripts/smoke-links.mjs || status=1
# Where the desktop's own dialogs are used, on a display as high as a whole page.
own_display 1280x4000
also openbox
own_keyring
GATEWATCH_HOME=$work/walk node scripts/smoke-walk.mjs || status=1
# Once more if it fails: mouse and keys go to a window that nobody says is ready.
GATEWATCH_HOME=$work/import node scripts/smoke-import.mjs || GATEWATCH_HOME=$work/import2 node scripts/smoke-import.mjs || status=1
scripts/window.sh || status=1
exit $status
