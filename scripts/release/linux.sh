# Linux: archives with and without the window, deb and rpm. Sourced.

release_linux() {
	part "window, linux/amd64" linux_window
	part "gatewatch_*.tar.gz" linux_archive
	part "deb and rpm" linux_packages
	part "without a window: amd64, arm64" linux_plain
}

linux_window() {
	stage=$work/linux/gatewatch-$VERSION-linux-amd64
	mkdir -p "$stage/bin"
	program "$stage/bin/gatewatch" linux amd64 1 "$tags"
	linux_needs "$stage/bin/gatewatch"
	linux_share "$stage/share"
}

# linux_needs PROGRAM: what it is linked with must be what the packages depend on.
linux_needs() {
	local have
	have=$(objdump -p "$1" | awk '$1 == "NEEDED" { print $2 }' | LC_ALL=C sort)
	if ! diff build/linux/needed.txt <(printf '%s\n' "$have") >&2; then
		die "the program needs other libraries than build/linux/needed.txt lists: change it together with build/linux/nfpm.yaml"
	fi
}

# linux_share DIR: what belongs below share/ of a prefix.
linux_share() {
	local s=$1 size d=$1/doc/gatewatch t=$work/texts
	install -D -m 644 build/linux/gatewatch.desktop "$s/applications/gatewatch.desktop"
	fill build/linux/org.gatewatch.Gatewatch.metainfo.xml "$s/metainfo/org.gatewatch.Gatewatch.metainfo.xml"
	for size in 16 24 32 48 64 128 256 512; do
		install -D -m 644 "$work/icons/$size.png" "$s/icons/hicolor/${size}x$size/apps/gatewatch.png"
	done
	install -D -m 644 frontend/public/icon.svg "$s/icons/hicolor/scalable/apps/gatewatch.svg"
	linux_texts "$s"
	mkdir -p "$d"
	about DEBIAN_CHANGELOG | gzip -9n >"$d/changelog.gz"
	FILL_LICENCE_TEXT=$(sed '1,/^Copyright/d; s/^$/./; s/^/ /' LICENSE | sed '1{/^ \.$/d}') fill build/linux/copyright "$d/copyright"
	install -D -m 644 build/linux/gatewatch.service "$s/systemd/user/gatewatch.service"
}

# linux_texts DIR: manual, completions and documents, which every archive has.
linux_texts() {
	local s=$1 t=$work/texts d=$1/doc/gatewatch
	mkdir -p "$s/man/man1" "$d"
	gzip -9nc "$t/gatewatch.1" >"$s/man/man1/gatewatch.1.gz"
	install -D -m 644 "$t/bash" "$s/bash-completion/completions/gatewatch"
	install -D -m 644 "$t/zsh" "$s/zsh/site-functions/_gatewatch"
	install -D -m 644 "$t/fish" "$s/fish/vendor_completions.d/gatewatch.fish"
	cp "$t/README.md" "$t/CHANGELOG.md" "$t/LICENSE" "$t/deployment.md" "$d/"
	gzip -9nc "$t/THIRD-PARTY.txt" >"$d/THIRD-PARTY.txt.gz"
}

linux_archive() {
	# A prefix of its own: unpacked over ~/.local or /usr/local it is installed.
	local copy=$work/archive/gatewatch-$VERSION-linux-amd64
	mkdir -p "$(dirname "$copy")"
	cp -a "$stage" "$copy"
	rm "$copy/share/doc/gatewatch/"{changelog.gz,copyright}
	tarball "$copy" "$dist/gatewatch-$VERSION-linux-amd64.tar.gz"
}

# linux_plain: every command but the window, static.
linux_plain() {
	local arch dir
	for arch in amd64 arm64; do
		dir=$work/plain/gatewatch-$VERSION-linux-$arch-static
		mkdir -p "$dir/bin"
		program "$dir/bin/gatewatch" linux $arch 0 ""
		if objdump -p "$dir/bin/gatewatch" 2>/dev/null | grep -q NEEDED; then die "the program for linux/$arch is not static"; fi
		linux_texts "$dir/share"
		install -D -m 644 build/linux/gatewatch.service "$dir/share/systemd/user/gatewatch.service"
		tarball "$dir" "$dist/gatewatch-$VERSION-linux-$arch-static.tar.gz"
	done
}

linux_packages() {
	local kind
	release_tool nfpm github.com/goreleaser/nfpm/v2/cmd/nfpm
	settle "$stage"
	for kind in deb rpm; do
		linux_nfpm $kind "$stage" >"$work/nfpm.yaml"
		"$cache/bin/nfpm" package -f "$work/nfpm.yaml" -p $kind -t "$dist/" >"$work/nfpm.log" 2>&1 || { cat "$work/nfpm.log" >&2; die "the $kind cannot be made"; }
	done
}

# What a purge leaves, for both packages' descriptions: they have no scripts
# that could say it.
linux_leaves='A removal or purge leaves settings and history in the homes of users, and keys in their keychains: "gatewatch forget-keys --all" removes the keys before.'

# linux_nfpm KIND STAGE: nfpm.yaml with its values. A deb's description begins
# with the summary, an rpm has it elsewhere.
linux_nfpm() {
	local text
	text=$(printf '%s\n\n%s\n' "$(about DESCRIPTION)" "$linux_leaves" | fmt -w 76)
	[ "$1" = rpm ] || text="$(about SUMMARY)"$'\n'$text
	FILL_STAGE=$2 FILL_ARCH=amd64 FILL_STAMP=$stamp FILL_DESCRIPTION=$(sed '2,$s/^\(.\)/  \1/' <<<"$text") \
		fill build/linux/nfpm.yaml /dev/stdout
}
