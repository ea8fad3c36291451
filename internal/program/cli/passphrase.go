package cli

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/term"

	"gatewatch/internal/core/text"
	"gatewatch/internal/foundation/secret"
)

// passphraseTries is how often a wrong passphrase is asked for again.
const passphraseTries = 3

// passphrase asks a person for it; see run.Options.
type passphrase = func(ctx context.Context, again bool) (secret.String, bool)

// passphrase asks for the passphrase of the file of keys on the terminal that
// the command runs on, without showing what is typed. Where there is none it
// says how else it can be given.
func (e *env) passphrase() passphrase {
	tries := 0
	return func(_ context.Context, again bool) (secret.String, bool) {
		in := int(os.Stdin.Fd()) //nolint:gosec // a file descriptor is a small number
		if !term.IsTerminal(in) {
			_, _ = fmt.Fprintln(e.opts.Stderr, "gatewatch:", text.KeyFileShut)
			return secret.String{}, false
		}
		if again {
			_, _ = fmt.Fprintln(e.opts.Stderr, text.PassphraseWrong)
		}
		if tries++; tries > passphraseTries {
			return secret.String{}, false
		}
		_, _ = fmt.Fprint(e.opts.Stderr, "Passphrase of the file of keys: ")
		typed, err := term.ReadPassword(in)
		_, _ = fmt.Fprintln(e.opts.Stderr)
		return secret.New(string(typed)), err == nil && len(typed) > 0
	}
}
