#!/bin/sh
# Prints what you were notified of: the time, how grave it is, and the title.
# Reads the JSON lines of "gatewatch watch --json" and needs nothing but awk.
#
#   gatewatch watch --profile prod --json | told.sh
exec awk '
function value(name,    at, rest) {
	at = index($0, "\"" name "\":\"")
	if (at == 0) return ""
	rest = substr($0, at + length(name) + 4)
	return substr(rest, 1, index(rest, "\"") - 1)
}
/"type":"notice"/ && !/"kind":"held/ && !/"kind":"skipped/ {
	print substr(value("at"), 12, 5), value("severity"), value("title")
	fflush()
}'
