#!/usr/bin/env bash
# The real window under Wayland alone, without an X server: sway without a screen, and the
# desk of the wired tests (notifications, tray) on a bus of its own. Says what it saw,
# with a picture in .cache/shots. Not part of make test: its compositors are large.
#
#   wayland.sh [sway] [weston]
#
# Needs sway, weston, grim, curl and convert (Debian: sway weston grim curl imagemagick).
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

compositors=("$@")
[ ${#compositors[@]} -gt 0 ] || compositors=(sway weston)
for tool in "${compositors[@]}" grim curl convert; do
	command -v "$tool" >/dev/null || { say "skipped: wayland ($tool is not installed; Debian: sway weston grim curl imagemagick)"; exit 0; }
done
binary=${WAYLAND_BINARY:-$cache/bin/gatewatch-wayland}
[ -n "${WAYLAND_BINARY:-}" ] || go build -trimpath -tags "$tags" -o "$binary" .
[ -x "$cache/bin/desk" ] || CGO_ENABLED=0 go build -trimpath -o "$cache/bin/desk" ./internal/desktop/notification/dbustest/desk
mkdir -p "$cache/shots"

own_home one
unset DISPLAY WAYLAND_DISPLAY
export GDK_BACKEND=wayland

# eventually WHAT COMMAND...: two minutes are generous for a busy machine.
eventually() {
	local what=$1
	shift
	for _ in $(seq 400); do
		if "$@" >/dev/null 2>&1; then
			say "  $what"
			return
		fi
		sleep 0.3
	done
	tail -n 20 "$work"/*.log >&2 || true
	die "not within two minutes: $what"
}

# A bus with notifications and a tray, and a gateway on which something is wrong.
mkfifo "$work/keep"
sleep infinity >"$work/keep" &
pids+=($!)
DESK_KEYCHAIN=none "$cache/bin/desk" <"$work/keep" >"$work/desk.txt" 2>"$work/desk.log" &
pids+=($!)
eventually "the desk is there" test -s "$work/desk.txt"
desk=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/desk.txt")
DBUS_SESSION_BUS_ADDRESS=$(sed -n 's/.*"bus":"\([^"]*\)".*/\1/p' "$work/desk.txt")
export DBUS_SESSION_BUS_ADDRESS
"$binary" demo-gateway --scenario provider-outage --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0 >"$work/gateway.txt" 2>"$work/gateway.log" &
pids+=($!)
eventually "the gateway is there" grep -q Ctrl-C "$work/gateway.txt"
of() { sed -n "s/^$1 *//p" "$work/gateway.txt"; }
GATEWATCH_VIRTUAL_KEY=$(of "virtual key") GATEWATCH_MASTER_KEY=$(of "master key")
export GATEWATCH_VIRTUAL_KEY GATEWATCH_MASTER_KEY
target=(--core "$(of "core URL")" --admin "$(of "admin URL")")

tray() { curl -sf "$desk/tray" | grep -q "$1"; }
told() { curl -sf "$desk/notices" | grep -q '"title"'; }
press() { curl -sf -X POST "$desk/tray?line=$(printf '%s' "$1" | sed 's/ /%20/g')"; }

ends_well() { # ends_well PID
	local status=0
	kill "$1"
	wait "$1" || status=$?
	[ "$status" = 0 ] || die "SIGTERM ended it with $status"
	say "  SIGTERM ends it with status 0"
}

# --- sway --------------------------------------------------------------------

# nodes prints each window: its application, shell, workspace, and whether it has the keyboard.
nodes() {
	swaymsg -t get_tree | node -e '
		const walk = (n, at) => {
			const here = n.type === "workspace" ? n.name : at
			if (n.app_id || n.window_properties) console.log(n.app_id ?? "-", n.shell, here, n.focused ? "focused" : "behind", n.urgent ? "urgent" : "calm", n.name)
			for (const c of [...n.nodes, ...n.floating_nodes]) walk(c, here)
		}
		walk(JSON.parse(require("fs").readFileSync(0, "utf8")), "")'
}
shown() { nodes | grep -q "^[Gg]atewatch xdg_shell"; }
gone() { ! shown; }
drawn() { [ "$(grim - | convert png:- -format %k info:)" -gt 300 ]; }
in_front() { nodes | grep -q "^[Gg]atewatch xdg_shell .* focused"; }
asks() { nodes | grep -qE "^[Gg]atewatch xdg_shell .* (focused|behind urgent)"; }

run_sway() {
	printf 'output HEADLESS-1 resolution 1280x860\nseat * fallback true\nfocus_on_window_activation smart\nxwayland disable\n' >"$work/sway.conf"
	# It refuses root, who would have to give it to somebody else.
	local as=()
	if [ "$(id -u)" -eq 0 ]; then
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		chmod 711 "$work" && chmod 644 "$work/sway.conf" && chown 65534 "$XDG_RUNTIME_DIR"
	fi
	WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 "${as[@]}" sway -c "$work/sway.conf" >"$work/sway.log" 2>&1 &
	pids+=($!)
	eventually "sway is there" sh -c 'ls "$XDG_RUNTIME_DIR"/sway-ipc.*.sock'
	SWAYSOCK=$(find "$XDG_RUNTIME_DIR" -name 'sway-ipc.*.sock' | head -n 1)
	WAYLAND_DISPLAY=$(find "$XDG_RUNTIME_DIR" -name 'wayland-?' -printf '%f\n' | head -n 1)
	export SWAYSOCK WAYLAND_DISPLAY
	"$binary" "${target[@]}" >"$work/window.log" 2>&1 &
	local first=$!
	pids+=("$first")
	eventually "the window is shown, as a window of Wayland" shown
	eventually "it has the keyboard" in_front
	eventually "the tray has its icon and menu (StatusNotifier)" tray Gatewatch
	eventually "an alert is told as a notification" told
	eventually "its page is drawn" drawn
	sleep 3 # and what it shows is connected
	grim "$cache/shots/wayland-sway.png" && say "  a picture: .cache/shots/wayland-sway.png"
	swaymsg workspace 2 >/dev/null
	timeout 120 "$binary" "${target[@]}" >"$work/second.log" 2>&1 || die "a second start ends with $?"
	eventually "a second start raises it, or marks it as urgent" asks
	say "    $(nodes | grep -i '^gatewatch')"
	swaymsg focus_on_window_activation focus >/dev/null
	swaymsg workspace 2 >/dev/null
	timeout 120 "$binary" "${target[@]}" >"$work/second.log" 2>&1 || die "a second start ends with $?"
	eventually "where sway may (focus_on_window_activation focus), it has the keyboard" in_front
	swaymsg '[app_id="(?i)gatewatch"] kill' >/dev/null
	eventually "closed, it is hidden, for a tray is there" gone
	kill -0 "$first" || die "closing ended it"
	timeout 120 "$binary" "${target[@]}" >"$work/second.log" 2>&1 || die "a second start ends with $?"
	eventually "a second start shows it again" shown
	swaymsg '[app_id="(?i)gatewatch"] kill' >/dev/null
	eventually "closed again" gone
	press "Open Gatewatch" >/dev/null
	eventually "the tray's menu shows it again" shown
	say "    $(nodes | grep -i '^gatewatch')"
	ends_well "$first"
	swaymsg exit >/dev/null 2>&1 || true
	unset SWAYSOCK WAYLAND_DISPLAY
}

# --- weston ------------------------------------------------------------------

run_weston() {
	weston --backend=headless-backend.so --socket=wayland-weston --width=1280 --height=860 --idle-time=0 >"$work/weston.log" 2>&1 &
	pids+=($!)
	export WAYLAND_DISPLAY=wayland-weston
	eventually "weston is there" test -S "$XDG_RUNTIME_DIR/wayland-weston"
	WAYLAND_DEBUG=client "$binary" "${target[@]}" >"$work/window2.log" 2>&1 &
	local first=$!
	pids+=("$first")
	eventually "the window is made (xdg_toplevel)" grep -q 'xdg_toplevel@.*set_title("Gatewatch' "$work/window2.log"
	eventually "it is drawn" grep -qE 'wl_surface@.*attach\(wl_buffer' "$work/window2.log"
	eventually "the tray has its icon" tray Gatewatch
	ends_well "$first"
	unset WAYLAND_DISPLAY
}

for one in "${compositors[@]}"; do
	say "$one"
	"run_$one"
done

say "no compositor"
WAYLAND_DISPLAY=wayland-nowhere timeout 20 "$binary" --demo >/dev/null 2>"$work/said" || true
grep -qF "Watching in the terminal instead" "$work/said" || die "it says: $(cat "$work/said")"
say "  $(head -n 1 "$work/said")"
