#!/usr/bin/env bash
# Brings what a target needs: setup.sh run|test|release. Packages of Debian or Ubuntu
# (only what is missing), Go modules, npm packages. Does nothing the second
# time.
. "$(dirname "$0")/lib.sh"

what=${1:?usage: setup.sh run|test|release}

build_packages=(build-essential pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
test_packages=(
	ca-certificates git xz-utils libssl3 libstdc++6 procps
	xvfb openbox dbus dbus-x11 dunst xdotool x11-utils imagemagick webkit2gtk-driver
	chromium-headless-shell gnome-keyring redis-server haproxy xdg-utils desktop-file-utils appstream mandoc libplist-utils
)
# What make release needs besides the build.
release_packages=(
	git binutils gzip tar zip xz-utils librsvg2-bin nsis osslsigncode openssl
	desktop-file-utils appstream mandoc libplist-utils
)

# missing PACKAGE...: those that dpkg does not have installed. An Ubuntu that
# gave a library another name (libssl3t64) provides the old one.
missing() {
	local have
	have=$(dpkg-query -W -f '${db:Status-Abbrev} ${binary:Package} ${Provides}\n' 2>/dev/null | sed -n 's/^ii //p' | tr ', ' '\n\n' | sed 's/:.*//' | sort -u)
	printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$have") || true
}

system_packages() {
	local wanted=("${build_packages[@]}") lacking as_root=()
	[ "$what" = test ] && wanted+=("${test_packages[@]}")
	[ "$what" = release ] && wanted+=("${release_packages[@]}")
	if ! command -v dpkg-query >/dev/null; then
		if ! pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null; then
			die "this is not Debian or Ubuntu, so install by hand: a C compiler, pkg-config, and the development files of GTK 3 and WebKitGTK 4.1."
		fi
		return
	fi
	mapfile -t lacking < <(missing "${wanted[@]}")
	[ ${#lacking[@]} -eq 0 ] && return
	local command="apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ${lacking[*]}"
	if [ "$(id -u)" -ne 0 ]; then
		if ! sudo -n true 2>/dev/null; then
			die "these packages are missing. Install them and start again: sudo apt-get update && sudo $command"
		fi
		as_root=(sudo -n env)
	fi
	say "Installing ${#lacking[@]} packages: ${lacking[*]}"
	export DEBIAN_FRONTEND=noninteractive
	local log=$cache/apt.log
	: >"$log"
	install_packages() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $command >>"$log" 2>&1 </dev/null; }
	update_lists() { "${as_root[@]}" apt-get update >>"$log" 2>&1 </dev/null; }
	# The lists may be missing or too old to fetch from: then once more.
	if ! install_packages && ! { update_lists && install_packages; }; then
		tail -n 20 "$log" >&2
		die "apt-get failed (above is the end of $log). Try: apt-get update && $command"
	fi
}

go_modules() {
	fresh go-modules go.mod go.sum && return
	say "Fetching Go modules"
	go mod download
	keep go-modules go.mod go.sum
}

npm_packages() {
	[ -f frontend/package-lock.json ] || return 0
	if [ -d frontend/node_modules ] && fresh npm frontend/package.json frontend/package-lock.json; then
		return
	fi
	say "Fetching npm packages"
	npm ci --prefix frontend --no-audit --no-fund --loglevel=error </dev/null
	keep npm frontend/package.json frontend/package-lock.json
}

# compile_ahead compiles what needs none of the system's packages, while those are fetched
# and installed and the processors have little else to do. What of it is done is in Go's cache;
# what is not, whoever needs it will do.
compile_ahead() {
	command -v gcc >/dev/null || return 0
	GOFLAGS="-trimpath${GOFLAGS:+ $GOFLAGS}" GOGC=$roomy nice go build ./internal/... >/dev/null 2>&1 || true
}

need_toolchains
# Beside each other, where there is what a server is trusted by.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
	go_modules &
	fetching=($!)
	npm_packages &
	fetching+=($!)
	if [ "$what" = test ]; then
		(wait_for_modules=${fetching[0]}; while kill -0 "$wait_for_modules" 2>/dev/null; do sleep 0.5; done; compile_ahead) &
		ahead=$!
	fi
	trap 'kill "${fetching[@]}" ${ahead:-} 2>/dev/null || true' EXIT
	system_packages
	for one in "${fetching[@]}"; do wait "$one"; done
	trap - EXIT
	[ -z "${ahead:-}" ] || { pkill -P "$ahead" 2>/dev/null; kill "$ahead" 2>/dev/null; wait "$ahead" 2>/dev/null; } || true
else
	system_packages
	go_modules
	npm_packages
fi
