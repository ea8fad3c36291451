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

# golangci builds golangci-lint with the linters that .golangci.yml enables: to compile the other
# hundred takes longer than ours take to read all that we have. It is a copy of the module that tools/go.mod pins, with a
# shorter list of linters (tools/lint/few.mjs).
golangci() {
	[ -x "$cache/bin/golangci-lint" ] && fresh tool-golangci-lint tools/go.mod tools/lint .golangci.yml && return
	local from copy=$cache/golangci-lint.src modfile=$cache/golangci-lint.mod
	from=$(cd tools && go mod download -json github.com/golangci/golangci-lint/v2 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
	rm -rf "$copy"
	cp -R "$from" "$copy" && chmod -R u+w "$copy"
	node tools/lint/few.mjs .golangci.yml "$copy"
	{ cat tools/go.mod && printf 'replace github.com/golangci/golangci-lint/v2 => %s\n' "$copy"; } >"$modfile"
	cp tools/go.sum "${modfile%.mod}.sum"
	say "Building golangci-lint"
	go build -modfile="$modfile" -ldflags="-s -w" -o "$cache/bin/golangci-lint" github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	keep tool-golangci-lint tools/go.mod tools/lint .golangci.yml
}

# light COMMAND...: runs what only reads our code, with the shape of SQLite in place of
# SQLite (tools/light/sqlite): ten megabytes that each such check would read anew.
light() {
	local work=$cache/light.work
	printf 'go %s\n\nuse %s\n\nreplace modernc.org/sqlite => %s/tools/light/sqlite\n' \
		"$(sed -n 's/^go //p' go.mod)" "$root" "$root" >"$work.$$"
	mv "$work.$$" "$work"
	GOWORK=$work GOGC=$roomy "$@"
}

# go_files lists our Go files.
go_files() { find . -name '*.go' -not -path './frontend/node_modules/*' -not -path './.cache/*' -not -path './out/*'; }
