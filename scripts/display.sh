# shellcheck shell=bash
# A desktop of their own for the scripts that drive the real window: a home, a
# display, a bus and a window manager, all gone with the script. Sourced after
# lib.sh, never run.

# own_home [NAME]: a home, with Gatewatch's files in its folder NAME.
own_home() {
	work=$(mktemp -d)
	pids=()
	trap end_all EXIT
	export HOME=$work/home XDG_RUNTIME_DIR=$work/run GATEWATCH_HOME=$work/${1:-gatewatch}
	mkdir -p "$HOME" "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR"
}

# end_all ends what was begun with also, newest first: a window before its display.
end_all() {
	local i
	for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2>/dev/null || true; done
	wait
	rm -rf "$work"
}

# also COMMAND...: runs it beside the script, silently, and ends it with that.
also() {
	"$@" >/dev/null 2>&1 &
	pids+=($!)
}

# own_display WIDTHxHEIGHT: Xvfb chooses a free display and says which. It must not
# begin anew when a client ends before the window manager is there, which then ends too.
own_display() {
	rm -f "$work/display" # of one before
	Xvfb -displayfd 3 -noreset -screen 0 "$1x24" -nolisten tcp 3>"$work/display" 2>/dev/null &
	pids+=($!)
	for _ in $(seq 100); do [ -s "$work/display" ] && break; sleep 0.1; done
	[ -s "$work/display" ] || die "Xvfb opens no display"
	DISPLAY=:$(cat "$work/display")
	export DISPLAY
}

# own_keyring: a keychain that is open, where there is one: it would ask for a
# password at its first use, and take the keyboard for that.
own_keyring() {
	command -v gnome-keyring-daemon >/dev/null || return 0
	gnome-keyring-daemon --foreground --unlock --components=secrets <<<open >/dev/null 2>&1 &
	pids+=($!)
	for _ in $(seq 100); do
		dbus-send --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null | grep -q true && return
		sleep 0.1
	done
	die "the keychain does not come up"
}

# own_bus: a D-Bus session.
own_bus() {
	local address
	address=$(dbus-daemon --session --fork --print-address=1 --print-pid=1 2>/dev/null)
	DBUS_SESSION_BUS_ADDRESS=$(printf '%s\n' "$address" | head -n 1)
	export DBUS_SESSION_BUS_ADDRESS
	pids+=("$(printf '%s\n' "$address" | tail -n 1)")
}
