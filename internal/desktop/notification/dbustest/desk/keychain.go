//go:build unix

package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// The names of the Secret Service.
const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = dbus.ObjectPath("/org/freedesktop/secrets")
	serviceName = "org.freedesktop.Secret.Service"
	itemName    = "org.freedesktop.Secret.Item"
)

// keychainPatience is how long a real keychain may take to come up.
const keychainPatience = 30 * time.Second

// startKeychain starts gnome-keyring, unlocked, with its files below home.
func (d *desk) startKeychain(home string) error {
	ring := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	ring.Stdin = strings.NewReader("a password of this test")
	ring.Env = append(os.Environ(), "DBUS_SESSION_BUS_ADDRESS="+d.bus.Address, "HOME="+home)
	if err := ring.Start(); err != nil {
		return fmt.Errorf("the keychain: %w", err)
	}
	d.ends.Cleanup(func() {
		_ = ring.Process.Kill()
		_ = ring.Wait()
	})
	conn := d.bus.Connect()
	for end := time.Now().Add(keychainPatience); ; time.Sleep(20 * time.Millisecond) {
		var owned bool
		err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&owned)
		if err == nil && owned {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("the keychain did not come up: %w", err)
		}
	}
}

// secret is a secret on the bus.
type secret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

// secrets are the program's entries in the keychain, by account.
func (d *desk) secrets(*http.Request) any {
	conn := d.bus.Connect()
	defer func() { _ = conn.Close() }()
	service := conn.Object(secretsName, secretsPath)
	var none dbus.Variant
	var session dbus.ObjectPath
	if err := service.Call(serviceName+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session); err != nil {
		panic(err)
	}
	var unlocked, locked []dbus.ObjectPath
	if err := service.Call(serviceName+".SearchItems", 0, map[string]string{"service": "gatewatch"}).Store(&unlocked, &locked); err != nil {
		panic(err)
	}
	found := map[string]string{}
	for _, path := range unlocked {
		item := conn.Object(secretsName, path)
		attributes, err := item.GetProperty(itemName + ".Attributes")
		if err != nil {
			continue // it was removed meanwhile
		}
		var s secret
		if err := item.Call(itemName+".GetSecret", 0, session).Store(&s); err != nil {
			continue
		}
		names, _ := attributes.Value().(map[string]string)
		found[names["username"]] = string(s.Value)
	}
	return found
}
