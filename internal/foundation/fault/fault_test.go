package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"testing"

	"gatewatch/internal/foundation/fault"
)

func TestAnErrorHasTwoReaders(t *testing.T) {
	f := fault.New(fault.Unauthorized, "The gateway does not accept this key.", io.ErrUnexpectedEOF)
	wrapped := fmt.Errorf("connect prod: %w", f)
	if got := fault.Of(wrapped); got != f {
		t.Errorf("Of lost the fault: %v", got)
	}
	if !errors.Is(wrapped, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if got, want := f.Error(), "The gateway does not accept this key.: unexpected EOF"; got != want {
		t.Errorf("the log reads %q, want %q", got, want)
	}
	if got := fault.New(fault.Usage, "No such profile.", nil).Error(); got != "No such profile." {
		t.Errorf("without a cause: %q", got)
	}
}

func TestAnUnexpectedErrorIsInternal(t *testing.T) {
	err := errors.New("index out of range")
	f := fault.Of(err)
	if f.Code != fault.Internal || !errors.Is(f, err) {
		t.Errorf("got %+v", f)
	}
	if f.Message == err.Error() {
		t.Error("the person sees the inner error")
	}
	if fault.Of(nil) != nil {
		t.Error("no error became a fault")
	}
}

// exit is the promise to scripts; changing a number breaks them.
var exit = map[fault.Code]int{
	fault.Internal: 1, fault.Usage: 2, fault.Unreachable: 3, fault.Unauthorized: 4,
	fault.Forbidden: 5, fault.TLS: 6, fault.Misconfigured: 7,
}

func TestExitCodes(t *testing.T) {
	for code, want := range exit {
		if got := fault.ExitCode(fmt.Errorf("watch: %w", fault.New(code, "m", nil))); got != want {
			t.Errorf("%s exits with %d, want %d", code, got, want)
		}
	}
	for name, c := range map[string]struct {
		err  error
		want int
	}{"none": {nil, 0}, "not a fault": {io.EOF, 1}, "unheard of": {fault.New("new", "m", nil), 1}} {
		if got := fault.ExitCode(c.err); got != c.want {
			t.Errorf("%s: exit %d, want %d", name, got, c.want)
		}
	}
}

// TestEveryCodeHasItsExit reads the source, so that a code added later cannot
// be forgotten above.
func TestEveryCodeHasItsExit(t *testing.T) {
	tree, err := parser.ParseFile(token.NewFileSet(), "fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	ast.Inspect(tree, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && fmt.Sprint(spec.Type) == "Code" {
			codes += len(spec.Names)
		}
		return true
	})
	if codes == 0 || codes != len(exit) {
		t.Errorf("%d codes are declared, %d have an exit status here", codes, len(exit))
	}
}
