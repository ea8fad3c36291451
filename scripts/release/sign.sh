#!/usr/bin/env bash
# Signs a program for Windows in place: sign.sh FILE. SIGN_PFX is the
# certificate with its key (PKCS #12), SIGN_PASSWORD its password, SIGN_TIMESTAMP
# the address of a time-stamp server, if there is one.
set -euo pipefail
file=${1:?usage: sign.sh FILE}
options=(-pkcs12 "${SIGN_PFX:?}" -h sha256 -n Gatewatch)
[ -z "${SIGN_TIMESTAMP:-}" ] || options+=(-ts "$SIGN_TIMESTAMP")
[ -n "${SIGN_TIMESTAMP:-}" ] || options+=(-time "${SOURCE_DATE_EPOCH:?}")
# From a pipe, so that no list of processes shows it.
osslsigncode sign "${options[@]}" -readpass <(printf '%s' "${SIGN_PASSWORD:-}") -in "$file" -out "$file.signed" >/dev/null
mv "$file.signed" "$file"
