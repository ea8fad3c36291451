//go:build unix && !darwin

package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// Names of the Secret Service (freedesktop.org).
const (
	secretsName         = "org.freedesktop.secrets"
	secretsPath         = dbus.ObjectPath("/org/freedesktop/secrets")
	secretsService      = "org.freedesktop.Secret.Service"
	collectionInterface = "org.freedesktop.Secret.Collection"
	itemInterface       = "org.freedesktop.Secret.Item"
	promptInterface     = "org.freedesktop.Secret.Prompt"
	loginCollection     = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	nowhere             = dbus.ObjectPath("/") // how the service says "none"
)

// secretService is the keychain of a desktop that has a Secret Service
// (gnome-keyring, KWallet, KeePassXC). Entries have the form that go-keyring
// gives them. Each call has a connection of its own and ends with the service:
// go-keyring waits for ever for the answer of a prompt whose service died. A
// locked keychain is asked to open once; once the user declined, only Set,
// Delete or Ask make it ask again.
type secretService struct {
	mu       sync.Mutex
	declined bool // guarded by mu
	asking   int  // prompts on the screen; guarded by mu
}

func newSystemKeyring() Keyring { return &secretService{} }

// Get implements Keyring.
func (s *secretService) Get(service, user string) (value string, err error) {
	err = s.visit(func(v *visit) error {
		collection, err := v.collection()
		if err != nil {
			return err
		}
		if err := v.unlock(collection, collectionInterface, false); err != nil {
			return err
		}
		item, err := v.find(collection, service, user)
		if err != nil {
			return err
		}
		if err := v.unlock(item, itemInterface, false); err != nil {
			return err
		}
		value, err = v.read(item)
		return err
	})
	return value, err
}

// Set implements Keyring.
func (s *secretService) Set(service, user, value string) error {
	return s.visit(func(v *visit) error {
		collection, err := v.collection()
		if errors.Is(err, keyring.ErrNotFound) {
			collection, err = v.create()
		}
		if err != nil {
			return err
		}
		if err := v.unlock(collection, collectionInterface, true); err != nil {
			return err
		}
		return v.write(collection, service, user, value)
	})
}

// Delete implements Keyring.
func (s *secretService) Delete(service, user string) error {
	return s.visit(func(v *visit) error {
		collection, err := v.collection()
		if err != nil {
			return err
		}
		if err := v.unlock(collection, collectionInterface, true); err != nil {
			return err
		}
		item, err := v.find(collection, service, user)
		if err != nil {
			return err
		}
		prompt := nowhere
		if err := v.conn.Object(secretsName, item).Call(itemInterface+".Delete", 0).Store(&prompt); err != nil {
			return err
		}
		_, err = v.prompt(prompt)
		return err
	})
}

// List implements Keyring.
func (s *secretService) List(_ context.Context, service string) (users []string, err error) {
	err = s.visit(func(v *visit) error {
		collection, err := v.collection()
		if err != nil {
			return err
		}
		if err := v.unlock(collection, collectionInterface, true); err != nil {
			return err
		}
		var items []dbus.ObjectPath
		err = v.conn.Object(secretsName, collection).Call(collectionInterface+".SearchItems", 0, map[string]string{"service": service}).Store(&items)
		for _, item := range items {
			attributes, err := v.conn.Object(secretsName, item).GetProperty(itemInterface + ".Attributes")
			if names, ok := attributes.Value().(map[string]string); err == nil && ok {
				users = append(users, names["username"])
			}
		}
		return err
	})
	if errors.Is(err, keyring.ErrNotFound) {
		return nil, nil // there is no collection yet
	}
	return users, err
}

// Look implements Lockable.
func (s *secretService) Look(ctx context.Context) Condition {
	if reachable() != nil {
		return Away
	}
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return Away
	}
	defer func() { _ = conn.Close() }()
	var owned bool
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&owned)
	if err != nil || !owned {
		return Away
	}
	v := &visit{conn: conn, of: s}
	collection, err := v.collection()
	if errors.Is(err, keyring.ErrNotFound) {
		return Open // there is nothing in it yet, not even a lock
	}
	if err != nil {
		return Away
	}
	switch locked, err := v.locked(collection, collectionInterface); {
	case err != nil:
		return Away
	case locked:
		return Locked
	}
	return Open
}

// Asking implements Lockable.
func (s *secretService) Asking() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asking > 0
}

// Ask implements Lockable.
func (s *secretService) Ask() { s.decline(false) }

func (s *secretService) decline(is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.declined = is
}

func (s *secretService) mayAsk() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.declined
}

// visit does something with the service on a connection of its own.
func (s *secretService) visit(do func(*visit) error) error {
	if err := reachable(); err != nil {
		return err
	}
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoKeychain, err)
	}
	defer func() { _ = conn.Close() }()
	err = do(&visit{conn: conn, of: s})
	if name := (dbus.Error{}); errors.As(err, &name) && name.Name == "org.freedesktop.Secret.Error.IsLocked" {
		err = fmt.Errorf("%w: it was locked meanwhile", ErrLocked)
	}
	return err
}

// reachable asks for a session bus before the library does: that one would
// start a stray bus of its own where a display but no bus is there.
func reachable() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if _, err := os.Stat(filepath.Join(dir, "bus")); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: this session has no D-Bus", ErrNoKeychain)
}
