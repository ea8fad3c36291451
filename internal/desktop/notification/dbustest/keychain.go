//go:build unix

package dbustest

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// Names of the Secret Service.
const (
	secretsName  = "org.freedesktop.secrets"
	secretsPath  = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath    = secretsPath + "/collection/login"
	nowhere      = dbus.ObjectPath("/")
	secretPrefix = "org.freedesktop.Secret."
)

// Keychain is a Secret Service with one collection, "login", that can be
// locked, asks its user to unlock it, is declined, and dies. Its methods may be
// called from any goroutine.
type Keychain struct {
	t    testing.TB
	bus  *Bus
	mu   sync.Mutex
	conn *dbus.Conn // nil while it does not run

	locked  bool
	entries map[dbus.ObjectPath]keychainEntry
	made    int
	prompts []dbus.ObjectPath // that were shown, oldest first
	waiting dbus.ObjectPath   // the prompt on the screen; "" if there is none
}

type keychainEntry struct {
	attributes map[string]string
	value      []byte
}

// busSecret is a secret on the bus.
type busSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// Keychain starts an unlocked, empty keychain that ends with the test.
func (b *Bus) Keychain() *Keychain {
	b.t.Helper()
	k := &Keychain{t: b.t, bus: b, entries: map[dbus.ObjectPath]keychainEntry{}}
	k.Start()
	b.t.Cleanup(k.Die)
	return k
}

// Start runs the service; it has the entries from before and is locked as it
// was.
func (k *Keychain) Start() {
	k.t.Helper()
	conn, err := dbus.Connect(k.bus.Address)
	if err != nil {
		k.t.Fatalf("the keychain: %v", err)
	}
	k.mu.Lock()
	k.conn, k.waiting = conn, ""
	for path := range k.entries {
		k.export(conn, path)
	}
	k.mu.Unlock()
	k.exportService(conn)
	reply, err := conn.RequestName(secretsName, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		k.t.Fatalf("the keychain's name: %v, %v", reply, err)
	}
}

// Die ends the service, whatever it is doing.
func (k *Keychain) Die() {
	k.mu.Lock()
	conn := k.conn
	k.conn = nil
	k.mu.Unlock()
	if conn != nil {
		_ = conn.Close()
	}
}

// Lock locks the keychain.
func (k *Keychain) Lock() { k.setLocked(true) }

// Unlock opens it without a prompt, as another program of the user's does.
func (k *Keychain) Unlock() { k.setLocked(false) }

func (k *Keychain) setLocked(is bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.locked = is
}

// Put keeps an entry, as an earlier run of the program did.
func (k *Keychain) Put(service, user, value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keep(map[string]string{"service": service, "username": user}, []byte(value))
}

// Entries are the values, by user.
func (k *Keychain) Entries() map[string]string {
	k.mu.Lock()
	defer k.mu.Unlock()
	all := map[string]string{}
	for _, e := range k.entries {
		all[e.attributes["username"]] = string(e.value)
	}
	return all
}

// Prompts is how often the user was asked.
func (k *Keychain) Prompts() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.prompts)
}

// WaitPrompt waits until the user is being asked.
func (k *Keychain) WaitPrompt() {
	k.t.Helper()
	waitFor(k.t, "the keychain asks its user", func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.waiting != ""
	})
}

// Answer answers the prompt on the screen: with the password, or by closing it.
func (k *Keychain) Answer(password bool) {
	k.t.Helper()
	k.WaitPrompt()
	k.mu.Lock()
	conn, prompt := k.conn, k.waiting
	k.waiting = ""
	open := []dbus.ObjectPath{}
	if password {
		k.locked, open = false, append(open, loginPath)
	}
	k.mu.Unlock()
	if err := conn.Emit(prompt, secretPrefix+"Prompt.Completed", !password, dbus.MakeVariant(open)); err != nil {
		k.t.Errorf("the keychain's answer: %v", err)
	}
}

// keep makes or replaces an entry; k.mu is held.
func (k *Keychain) keep(attributes map[string]string, value []byte) dbus.ObjectPath {
	for path, e := range k.entries {
		if maps.Equal(e.attributes, attributes) {
			k.entries[path] = keychainEntry{attributes, value}
			return path
		}
	}
	k.made++
	path := loginPath + dbus.ObjectPath(fmt.Sprintf("/%d", k.made))
	k.entries[path] = keychainEntry{attributes, value}
	if k.conn != nil {
		k.export(k.conn, path)
	}
	return path
}

// search lists entries that have all of the attributes; k.mu is held.
func (k *Keychain) search(attributes map[string]string) []dbus.ObjectPath {
	found := []dbus.ObjectPath{}
	for _, path := range slices.Sorted(maps.Keys(k.entries)) {
		matches := true
		for name, value := range attributes {
			matches = matches && k.entries[path].attributes[name] == value
		}
		if matches {
			found = append(found, path)
		}
	}
	return found
}
