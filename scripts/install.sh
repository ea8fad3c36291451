#!/usr/bin/env bash
# Installs what was built for the user who runs this, or under PREFIX: the
# program, its icon, its entry in the menu, and gatewatch:// links.
# BINARY is another program than bin/gatewatch.
. "$(dirname "$0")/lib.sh"

prefix=${PREFIX:-$HOME/.local}
binary=${BINARY:-bin/gatewatch}
[ -x "$binary" ] || die "$binary is not there: make build makes it."

# In an Exec line an argument may be quoted, and % stands for itself when
# doubled. Quotes only where they must be: outside a desktop, xdg-open of
# Debian 12 takes them for a part of the name.
program=$prefix/bin/gatewatch
case $program in
*[\"\`\$\\]*) die "PREFIX must not contain quotes, \$ or backslashes: $prefix" ;;
*[!A-Za-z0-9/._+@-]*) exec="\"${program//%/%%}\"" ;;
*) exec=$program ;;
esac
entry=$prefix/share/applications/gatewatch.desktop

install -D -m 755 "$binary" "$program.new"
mv -f "$program.new" "$program" # one that runs goes on
install -D -m 644 frontend/public/icon.svg "$prefix/share/icons/hicolor/scalable/apps/gatewatch.svg"
mkdir -p "$(dirname "$entry")"
while IFS= read -r line; do
	[ "$line" = "Exec=gatewatch %u" ] && line="Exec=$exec %u"
	printf '%s\n' "$line"
done <build/linux/gatewatch.desktop >"$entry"

if command -v update-desktop-database >/dev/null; then
	update-desktop-database -q "$prefix/share/applications"
fi
if command -v xdg-mime >/dev/null; then
	xdg-mime default gatewatch.desktop x-scheme-handler/gatewatch
else
	warn "xdg-mime is missing (Debian: xdg-utils): links may not be opened until the desktop knows $entry."
fi
say "Installed $program and $entry"
