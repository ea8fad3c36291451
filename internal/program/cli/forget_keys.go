package cli

import (
	"context"
	"fmt"
	"time"

	"gatewatch/internal/core/text"
	"gatewatch/internal/program/run"
	"gatewatch/internal/store/config"
)

// forgetKeysCmd removes keys from the keychain, such as before Gatewatch is.
type forgetKeysCmd struct {
	All bool `required:"" help:"All keys of all gateways; nothing else can be chosen here (the window removes single ones)."`
}

// unlockPatience is how long the user may take to unlock the keychain.
const unlockPatience = 2 * time.Minute

// Run removes them and says how many there were.
func (c *forgetKeysCmd) Run(e *env) error {
	ctx, cancel := context.WithTimeout(e.ctx, unlockPatience)
	defer cancel()
	n, err := run.ForgetAllKeys(ctx, config.DefaultPaths())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.opts.Stdout, "%s removed from the keychain.\n", text.Plural(n, "key"))
	return err
}
