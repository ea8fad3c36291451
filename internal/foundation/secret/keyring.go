//go:build !unix || darwin

package secret

import (
	"context"

	"github.com/zalando/go-keyring"
)

// systemKeyring is the keychain of the system: Credential Manager on Windows,
// Keychain on macOS. Both are there always, and ask by themselves.
type systemKeyring struct{}

func newSystemKeyring() Keyring { return systemKeyring{} }

func (systemKeyring) Get(service, user string) (string, error) { return keyring.Get(service, user) }

func (systemKeyring) Set(service, user, value string) error { return keyring.Set(service, user, value) }

func (systemKeyring) Delete(service, user string) error { return keyring.Delete(service, user) }

func (systemKeyring) List(context.Context, string) ([]string, error) { return nil, nil }
