#!/bin/sh
# One line for a status bar, as JSON: {"text": …, "tooltip": …, "class": …}.
# The class is ok, warning, critical, or unknown where nothing can be said.
#
#   waybar:  "custom/gatewatch": {"exec": "statusbar.sh", "return-type": "json", "interval": 30}
#   others:  statusbar.sh --text
#
# More arguments go to "gatewatch status", such as --profile prod.
style=json
if [ "$1" = --text ]; then
	style=text
	shift
fi
said=$("${GATEWATCH:-gatewatch}" status "$@" 2>/dev/null)
case $? in
0) sign=○ class=ok ;;
10) sign=△ class=warning ;;
20) sign=⬣ class=critical ;;
*) sign=◌ class=unknown ;;
esac
open=$(printf '%s\n' "$said" | grep -cE '^(critical|warning) ')
text=$sign
[ "$open" -eq 0 ] || text="$sign $open"
if [ "$style" = text ]; then
	printf '%s\n' "$text"
	exit
fi
tooltip=$(printf '%s' "${said:-Nothing is known.}" | tr -d '\000-\010\013-\037' | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\t' ' ' | awk '{ printf "%s%s", (NR > 1 ? "\\n" : ""), $0 }')
printf '{"text": "%s", "tooltip": "%s", "class": "%s"}\n' "$text" "$tooltip" "$class"
