# Our tools, built from tools/go.mod into .cache/bin and kept until that file
# or Go itself changes. Sourced after lib.sh.

# tool NAME PACKAGE
tool() {
	if [ -x "$cache/bin/$1" ] && fresh "tool-$1" tools/go.mod; then
		return
	fi
	say "Building $1"
	go build -modfile=tools/go.mod -o "$cache/bin/$1" "$2"
	keep "tool-$1" tools/go.mod
}

# light COMMAND...: runs what only reads our code, with the shape of SQLite in place of
# SQLite (tools/light/sqlite): ten megabytes that each such check would read anew.
light() {
	local work=$cache/light.work
	printf 'go %s\n\nuse %s\n\nreplace modernc.org/sqlite => %s/tools/light/sqlite\n' \
		"$(sed -n 's/^go //p' go.mod)" "$root" "$root" >"$work.$$"
	mv "$work.$$" "$work"
	GOWORK=$work "$@"
}

# go_files lists our Go files.
go_files() { find . -name '*.go' -not -path './frontend/node_modules/*' -not -path './.cache/*' -not -path './out/*'; }
