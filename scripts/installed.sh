#!/usr/bin/env bash
# Proves that the package is a good guest: installs it into fresh systems in
# folders, and does there what a user does, each step with its time.
#
#   sudo scripts/installed.sh --deb NEW.deb [--from OLD.deb] SUITE...
#
# A SUITE is one of debootstrap's (bookworm, trixie, jammy, noble). Steps: a new
# system; apt install; version, status and watch as an ordinary user; a kept
# history; the window on this machine's Xvfb; upgrade from OLD with settings and
# history; the older one again; remove; purge. Times and logs are in OUT (by
# default /var/tmp/gatewatch-installed). Needs root, debootstrap, Xvfb, xdotool
# and ImageMagick. BASES keeps the new systems between runs.
. "$(dirname "$0")/lib.sh"

bases=${BASES:-/var/tmp/gatewatch-bases}
out=${OUT:-/var/tmp/gatewatch-installed}
number=${INSTALLED_DISPLAY:-84}
new='' old='' suites=()
while [ $# -gt 0 ]; do
	case $1 in
	--deb) new=$(realpath "$2"); shift ;;
	--from) old=$(realpath "$2"); shift ;;
	-*) die "usage: installed.sh --deb NEW.deb [--from OLD.deb] SUITE..." ;;
	*) suites+=("$1") ;;
	esac
	shift
done
[ -f "$new" ] && [ ${#suites[@]} -gt 0 ] || die "usage: installed.sh --deb NEW.deb [--from OLD.deb] SUITE..."
[ "$(id -u)" -eq 0 ] || die "this needs root, for chroot"
for tool in debootstrap Xvfb xdotool import; do
	command -v $tool >/dev/null || die "$tool is not installed"
done
mkdir -p "$bases" "$out"

root_dir=
pids=()
clean_up() {
	local m p
	for p in "${pids[@]}"; do kill -- "$p" 2>/dev/null || true; done
	[ -n "$root_dir" ] || return 0
	sleep 1
	for m in /tmp/.X11-unix /dev/pts /dev /sys /proc ''; do
		mountpoint -q "$root_dir$m" && { umount "$root_dir$m" 2>/dev/null || umount -l "$root_dir$m"; }
	done
	root_dir=
}
xvfb=
trap 'clean_up; [ -z "$xvfb" ] || kill "$xvfb" 2>/dev/null || true' EXIT

# timed NAME COMMAND…: the command under set -e, its time and its log.
timed() {
	local from status=0
	from=$(date +%s%N)
	"${@:2}" >"$logs/$1.log" 2>&1 </dev/null &
	wait $! || status=$?
	printf '%-9s %-34s %7.1f s  %s\n' "$suite" "$1" "$((($(date +%s%N) - from) / 100000000))e-1" \
		"$([ $status -eq 0 ] && echo ok || echo "FAILED, see $logs/$1.log")" | tee -a "$out/times"
	[ $status -eq 0 ] || failed=1
}

# base SUITE: the system as debootstrap leaves it, with its updates. A suite
# that debootstrap is too old for is made as the one that it calls gutsy.
base() {
	local script='' options=()
	[ ! -e "$bases/$1/etc/apt/sources.list" ] || return 0
	[ -e "/usr/share/debootstrap/scripts/$1" ] || script=/usr/share/debootstrap/scripts/gutsy
	case $1 in # Ubuntu: its key is in its own package, and most of GTK in universe
	jammy | noble) options=(--components=main,universe --no-check-gpg) ;;
	esac
	debootstrap --variant=minbase --include=ca-certificates "${options[@]}" "$1" "$bases/$1.new" ${script:+"" "$script"}
	case $1 in
	jammy | noble) sed -n "s/ $1 / $1-updates /p" "$bases/$1.new/etc/apt/sources.list" >>"$bases/$1.new/etc/apt/sources.list" ;;
	esac
	mv "$bases/$1.new" "$bases/$1"
}

# enter SUITE: a copy of the new system that forgets everything afterwards.
enter() {
	root_dir=$out/$1.root
	mkdir -p "$root_dir" "$out/$1.upper"
	mount -t tmpfs -o size=6g tmpfs "$out/$1.upper"
	mkdir "$out/$1.upper/up" "$out/$1.upper/work"
	mount -t overlay overlay -o "lowerdir=$bases/$1,upperdir=$out/$1.upper/up,workdir=$out/$1.upper/work" "$root_dir"
	mount -t proc proc "$root_dir/proc"
	mount -t sysfs -o ro sysfs "$root_dir/sys"
	mount --bind /dev "$root_dir/dev"
	mount --bind /dev/pts "$root_dir/dev/pts"
	mkdir -p "$root_dir/tmp/.X11-unix"
	mount --bind /tmp/.X11-unix "$root_dir/tmp/.X11-unix"
	cp -L /etc/resolv.conf /etc/hosts "$root_dir/etc/"
	printf '#!/bin/sh\nexit 101\n' >"$root_dir/usr/sbin/policy-rc.d"
	chmod +x "$root_dir/usr/sbin/policy-rc.d"
	cp "$new" "$root_dir/opt/new.deb"
	[ -z "$old" ] || cp "$old" "$root_dir/opt/old.deb"
}

leave() {
	local suite=$1
	clean_up
	umount "$out/$suite.upper" || umount -l "$out/$suite.upper"
	rmdir "$out/$suite.root" "$out/$suite.upper"
}

in_root() {
	env -i HOME=/ LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		chroot "$root_dir" /bin/sh -c "$1"
}
as_user() { # as_user COMMAND [NAME=VALUE]…
	env -i HOME=/home/ann USER=ann LANG=C.UTF-8 TERM=dumb PATH=/usr/bin:/bin:/usr/sbin "${@:2}" \
		chroot --userspec=ann:ann "$root_dir" /bin/sh -c "cd; $1"
}

install_deb() { in_root "apt-get install -y --no-install-recommends $1 /opt/$2.deb"; }

lists() {
	in_root 'apt-get update'
	in_root 'useradd --create-home --shell /bin/sh ann'
}

# commands: what works without a window, and nothing that was started unasked.
commands() {
	as_user 'gatewatch version --json' | tee /dev/stderr | grep -q "\"version\":\"$1\""
	# 3: nothing is open, and on a busy machine not everything is known after 20 s.
	as_user 'gatewatch status --demo >said; s=$?; cat said; case $s in 0 | 10 | 20) ;; 3) grep -q "^Not known: " said ;; *) false ;; esac'
	as_user 'gatewatch licences | grep -q "The Go standard library"'
	as_user 'timeout -s INT 6 gatewatch watch --demo --json | head -n 40 | tail -n 1' | grep -q '"v":1'
	test -s "$root_dir/usr/lib/systemd/user/gatewatch.service"
	[ -z "$(find "$root_dir/etc/systemd" -name 'gatewatch*' 2>/dev/null)" ]
}

# history: watches a demo gateway by its address, and exports what was kept.
history() {
	as_user 'gatewatch demo-gateway --listen 127.0.0.1:15700 --listen-admin 127.0.0.1:15702 >gateway.txt 2>&1 & gw=$!
		until grep -q Ctrl-C gateway.txt; do sleep 0.2; done
		export GATEWATCH_VIRTUAL_KEY=$(sed -n "s/^virtual key //p" gateway.txt) GATEWATCH_MASTER_KEY=$(sed -n "s/^master key *//p" gateway.txt)
		timeout -s INT 10 gatewatch watch --core http://127.0.0.1:15700 --admin http://127.0.0.1:15702 >/dev/null; kill -INT $gw; wait
		mkdir -p ~/.config/gatewatch; [ -e ~/.config/gatewatch/settings.toml ] || printf "# mine\n[alerts]\nmin_budget = \"2\"\n" >~/.config/gatewatch/settings.toml
		gatewatch export --since 1h --format csv | wc -l >rows; cat rows; [ $(cat rows) -gt 5 ]'
}

# kept: settings and history are as they were before.
kept() {
	commands "$1"
	as_user 'grep -qx "# mine" ~/.config/gatewatch/settings.toml && grep -q "min_budget = \"2\"" ~/.config/gatewatch/settings.toml
		now=$(gatewatch export --since 1h --format csv | wc -l); echo "$(cat rows) rows before, $now now"; [ $now -ge $(cat rows) ]'
}

# window: until it is there, until its page is drawn, and what it shows of a
# gateway by its addresses. The program of a package that has been installed is
# started as a menu does: by its Exec line.
window() {
	local exec from=$SECONDS
	exec=$(sed -n 's/^Exec=\(.*\) %u$/\1/p' "$root_dir/usr/share/applications/gatewatch.desktop")
	rm -f "$root_dir/home/ann/gateway.txt"
	as_user 'gatewatch demo-gateway --listen 127.0.0.1:15710 --listen-admin 127.0.0.1:15712 >gateway.txt 2>&1' &
	until grep -qs Ctrl-C "$root_dir/home/ann/gateway.txt"; do sleep 0.2; done
	echo "the gateway is there after $((SECONDS - from)) s" && from=$SECONDS
	as_user "GATEWATCH_VIRTUAL_KEY=\$(sed -n 's/^virtual key //p' gateway.txt) GATEWATCH_MASTER_KEY=\$(sed -n 's/^master key *//p' gateway.txt) \
		exec dbus-run-session -- $exec --core http://127.0.0.1:15710 --admin http://127.0.0.1:15712" "DISPLAY=:$number" >"$logs/window.out" 2>&1 &
	seen there DISPLAY=:$number xdotool search --onlyvisible --name '^Gatewatch'
	seen drawn sh -c "[ \$(DISPLAY=:$number import -window root -format %k info:) -gt 300 ]"
	sleep 8 # let it connect
	DISPLAY=:$number import -window root "$out/$suite.png"
	pkill_in_root
}

# seen WHAT COMMAND…: waits two minutes for it, and says how long it took.
seen() {
	local n=0
	until env "${@:2}" >/dev/null 2>&1; do
		n=$((n + 1)) && [ $n -lt 400 ] || { echo "not $1"; cat "$logs/window.out"; return 1; }
		sleep 0.3
	done
	echo "$1 after $((SECONDS - from)) s"
}

# pkill_in_root ends what runs inside the copy, and nothing else.
pkill_in_root() {
	find /proc -maxdepth 2 -path '/proc/[0-9]*/root' -lname "$root_dir" -printf '%h\n' 2>/dev/null | sed 's#/proc/##' | xargs -r kill 2>/dev/null || true
	sleep 1
}

removed() {
	in_root 'apt-get remove -y gatewatch'
	[ ! -e "$root_dir/usr/bin/gatewatch" ]
	[ -s "$root_dir/home/ann/.config/gatewatch/settings.toml" ] && [ -d "$root_dir/home/ann/.local/share/gatewatch" ]
}

purged() {
	install_deb '' new # a package without configuration is gone when it is removed
	in_root 'apt-get purge -y gatewatch'
	! in_root 'dpkg -s gatewatch' 2>/dev/null
	# Homes are their owners': no package of Debian touches them.
	local left
	left=$(find "$root_dir" -xdev -name '*gatewatch*' -not -path '*/home/*' -not -path '*/proc/*' -not -path '*/var/log/*')
	[ -z "$left" ] || { printf 'left behind: %s\n' "$left"; return 1; }
	[ -s "$root_dir/home/ann/.config/gatewatch/settings.toml" ]
}

version_of() { dpkg-deb -f "$1" Version | tr '~' '-'; }

run_suite() {
	suite=$1 logs=$out/$1.logs
	mkdir -p "$logs"
	timed base base "$1"
	enter "$1"
	timed "apt-get update" lists
	if [ -n "$old" ]; then
		timed "install the older" install_deb '' old
		timed "commands of the older" commands "$(version_of "$old")"
		timed "a history and settings" history
		timed upgrade install_deb '' new
		timed "settings and history kept" kept "$(version_of "$new")"
		timed downgrade install_deb --allow-downgrades old
		timed "kept there, too" kept "$(version_of "$old")"
		timed "upgrade again" install_deb '' new
	else
		timed install install_deb '' new
		timed "commands" commands "$(version_of "$new")"
		timed "a history and settings" history
	fi
	timed "window" window
	timed remove removed
	timed purge purged
	leave "$1"
}

if [ ! -S "/tmp/.X11-unix/X$number" ]; then
	mkdir -p /tmp/.X11-unix
	Xvfb ":$number" -ac -screen 0 1440x900x24 >"$out/xvfb.log" 2>&1 &
	xvfb=$!
fi
: >"$out/times"
failed=''
for one in "${suites[@]}"; do
	pids=()
	run_suite "$one"
done
[ -z "$failed" ]
