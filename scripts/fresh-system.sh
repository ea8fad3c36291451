#!/usr/bin/env bash
# Proves that a clean clone works on a system that has never seen it: makes a
# Debian 12 in a folder (debootstrap), copies this machine's Go and Node.js
# into it, clones the repository, and times `make run` (window under Xvfb,
# with a screenshot) and `make test`, each twice.
#
#   sudo scripts/fresh-system.sh [--dir DIR] [--keep|--again] [setup] [run] [test]
#
# --keep leaves the system in DIR; --again goes on with one that was kept, with
# its clone brought up to date.
# Needs root, debootstrap, Xvfb, xdotool and ImageMagick here. Without steps it
# does all. Times and logs are in DIR.out. Folders named `shared` above the
# repository (test peers) are copied along.
. "$(dirname "$0")/lib.sh"

dir=/var/tmp/gatewatch-fresh
keep=
again=
display=${FRESH_DISPLAY:-:83}
steps=()
while [ $# -gt 0 ]; do
	case $1 in
	--dir) dir=$2; shift ;;
	--keep) keep=1 ;;
	--again) keep=1 again=1 ;;
	setup | run | test) steps+=("$1") ;;
	*) die "usage: fresh-system.sh [--dir DIR] [--keep|--again] [setup] [run] [test]" ;;
	esac
	shift
done
[ ${#steps[@]} -gt 0 ] || steps=(run run test test)
[ "$(id -u)" -eq 0 ] || die "this needs root, for chroot"
for tool in debootstrap Xvfb xdotool import; do
	command -v "$tool" >/dev/null || die "$tool is not installed"
done
[ -n "$again" ] || [ ! -e "$dir" ] || die "$dir is there already; remove it or choose another with --dir"

out=$dir.out
mkdir -p "$out"
mounts=()
pids=()

mount_in() { # mount_in TARGET ARGUMENTS…
	mkdir -p "$dir$1"
	mount "${@:2}" "$dir$1"
	mounts=("$1" "${mounts[@]}")
}

clean_up() {
	local m p
	for p in "${pids[@]}"; do kill -- "$p" 2>/dev/null || true; done
	for m in "${mounts[@]}"; do umount "$dir$m" 2>/dev/null || umount -l "$dir$m" || true; done
	# Never remove a folder that something is still mounted in.
	if [ -z "$keep" ] && ! grep -q " $dir/" /proc/mounts; then rm -rf "$dir"; fi
}
trap clean_up EXIT

timed() { # timed NAME COMMAND…
	local from=$SECONDS status=0
	"${@:2}" >"$out/$1.log" 2>&1 || status=$?
	printf '%-12s %5d s  %s\n' "$1" $((SECONDS - from)) "$([ $status -eq 0 ] && echo ok || echo "failed ($status), see $out/$1.log")" | tee -a "$out/times"
	return $status
}

bootstrap() { debootstrap --variant=minbase --include=make,git,ca-certificates bookworm "$dir"; }

toolchains() {
	cp -a "$(go env GOROOT)" "$dir/usr/local/go"
	local node modules
	node=$(readlink -f "$(command -v node)")
	modules=$(npm root --global)
	install -D "$node" "$dir/usr/local/bin/node"
	mkdir -p "$dir/usr/local/lib/node_modules"
	cp -a "$modules/npm" "$dir/usr/local/lib/node_modules/"
	ln -s ../lib/node_modules/npm/bin/npm-cli.js "$dir/usr/local/bin/npm"
	ln -s ../lib/node_modules/npm/bin/npx-cli.js "$dir/usr/local/bin/npx"
}

# network copies how this machine reaches the world: names, authorities, proxy.
network() {
	cp -L /etc/resolv.conf /etc/hosts "$dir/etc/"
	cp -L /etc/ssl/certs/ca-certificates.crt "$dir/etc/ssl/fresh-authorities.crt"
	{
		echo "SSL_CERT_FILE=/etc/ssl/fresh-authorities.crt"
		echo "npm_config_cafile=/etc/ssl/fresh-authorities.crt"
		env | grep -iE '^(https?_proxy|no_proxy|GOPROXY|GOSUMDB|GONOSUMDB|npm_config_[a-z_]+)=' || true
	} >"$out/environment"
}

clone() {
	git clone --quiet --no-local "$root" "$dir/src/gatewatch"
	local up=$root
	while [ "$up" != / ]; do
		up=$(dirname "$up")
		if [ -d "$up/shared/peers" ]; then
			mkdir -p "$dir/src/shared"
			cp -a "$up/shared/peers" "$dir/src/shared/"
			[ ! -f "$up/shared/vulndb.tgz" ] || cp -a "$up/shared/vulndb.tgz" "$dir/src/shared/"
			return
		fi
	done
}

# pull brings the clone of a kept system up to date.
pull() {
	git -C "$dir/src/gatewatch" fetch --quiet "$root" HEAD
	git -C "$dir/src/gatewatch" reset --quiet --hard FETCH_HEAD
}

# inside COMMAND…: in the new system, with nothing of this one's environment.
inside() {
	local environment=()
	mapfile -t environment <"$out/environment"
	env -i HOME=/root LANG=C.UTF-8 TERM=dumb \
		PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		"${environment[@]}" chroot "$dir" /bin/bash -c "cd /src/gatewatch && $*" </dev/null
}

set_up() {
	if [ -z "$again" ]; then
		timed debootstrap bootstrap
		timed toolchains toolchains
	fi
	network
	mount_in /proc -t proc proc
	mount_in /sys -t sysfs -o ro sysfs
	mount_in /dev --bind /dev
	mount_in /dev/pts --bind /dev/pts
	mount_in /dev/shm -t tmpfs -o mode=1777 tmpfs
	# Services that packages bring must not start.
	printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
	chmod +x "$dir/usr/sbin/policy-rc.d"
	if [ -n "$again" ]; then timed pull pull; else timed clone clone; fi
}

# run_window starts `make run` on a display of this machine, waits for its
# window, takes a picture, and ends it as a user would.
run_window() {
	local name=$1 n=0
	mkdir -p /tmp/.X11-unix
	[ -d "$dir/tmp/.X11-unix" ] || mount_in /tmp/.X11-unix --bind /tmp/.X11-unix
	if [ ! -S "/tmp/.X11-unix/X${display#:}" ]; then
		Xvfb "$display" -screen 0 1440x900x24 >"$out/xvfb.log" 2>&1 &
		pids+=($!)
	fi
	set -m # a process group of its own, to end it as a whole
	inside "DISPLAY=$display exec make run" >"$out/$name.make.log" 2>&1 &
	local group=$!
	set +m
	pids+=("-$group")
	until DISPLAY=$display xdotool search --onlyvisible --name '^Gatewatch' >/dev/null 2>&1; do
		kill -0 "$group" 2>/dev/null || { cat "$out/$name.make.log"; return 1; }
		n=$((n + 1))
		[ $n -lt 2400 ] || { cat "$out/$name.make.log"; echo "no window after 20 minutes"; return 1; }
		sleep 0.5
	done
	cat "$out/$name.make.log"
	echo "the window is there"
	sleep 8 # let it show something
	DISPLAY=$display import -window root "$out/$name.png"
	kill -TERM -- "-$group"
	wait "$group" || true
}

set_up
count=0
for step in "${steps[@]}"; do
	count=$((count + 1))
	case $step in
	setup) timed "$count-setup" inside "scripts/setup.sh test" || failed=1 ;;
	run) timed "$count-run" run_window "$count-run" || failed=1 ;;
	test) timed "$count-test" inside ".ci/run" || failed=1 ;;
	esac
done
say "" "Times, in $out/times:"
cat "$out/times"
[ -z "${failed:-}" ]
