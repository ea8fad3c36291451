#!/usr/bin/env bash
# Builds what is given out, into dist/: archives, packages and installers of
# every system that can be built for here, SHA256SUMS and one list of all
# parts (CycloneDX). Twice the same files from the same commit, wherever the
# clone is. release.sh [linux] [windows] [darwin]; without a name all.
#
#   VERSION           instead of what the tag says
#   DIST              instead of dist/
#   SIGN_PFX          a certificate with its key (PKCS #12) for the Windows
#   SIGN_PASSWORD     programs, and its password; SIGN_TIMESTAMP, the address
#                     of a time-stamp server (then no longer the same twice)
#   ANNOUNCE_KEY      an ed25519 key (PEM) that signs the file that names this
#                     version (scripts/release/announce.mjs)
. "$(dirname "$0")/lib.sh"
. scripts/tools.sh
. scripts/release/common.sh
. scripts/release/linux.sh
. scripts/release/windows.sh
. scripts/release/darwin.sh

systems=("$@")
[ ${#systems[@]} -gt 0 ] || systems=(linux windows darwin)

say "Gatewatch $VERSION, $(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ), into $dist"
[ -z "$modified" ] || warn "warning: files here are in no commit, so nobody else can build the same"
rm -rf "$dist" "$work"
mkdir -p "$dist" "$work"

part "page" page
part "texts and icons" texts
for system in "${systems[@]}"; do
	"release_$system"
done
case " ${systems[*]} " in *" linux "*) part "what packages hold" env GATEWATCH_LONG=1 scripts/release/check.sh ;; esac
part "list of parts" bill_of_materials
if [ ${#systems[@]} -eq 3 ]; then
	part "manifests" node scripts/release/manifests.mjs "$dist"
fi
if [ -n "${ANNOUNCE_KEY:-}" ]; then
	part "version file, signed" announce
fi
(cd "$dist" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum >SHA256SUMS)

say "" "$(cd "$dist" && find . -maxdepth 1 -type f -printf '%10s  %P\n' | LC_ALL=C sort -k2)"
say "In $((SECONDS - began)) s. $(sha256sum "$dist/SHA256SUMS" | cut -c1-16) is the checksum of SHA256SUMS."
