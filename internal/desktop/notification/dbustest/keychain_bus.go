//go:build unix

package dbustest

import (
	"fmt"

	"github.com/godbus/dbus/v5"
)

// errLocked is what a locked keychain says to who wants to read or write.
var errLocked = dbus.NewError(secretPrefix+"Error.IsLocked", []any{"locked"})

// exportService puts the service and its collection on the bus.
func (k *Keychain) exportService(conn *dbus.Conn) {
	k.table(conn, secretsPath, "Service", map[string]any{
		"OpenSession": func(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
			return dbus.MakeVariant(""), secretsPath + "/session/1", nil
		},
		"ReadAlias": func(string) (dbus.ObjectPath, *dbus.Error) { return loginPath, nil },
		"Unlock":    k.unlock,
		"SearchItems": func(attributes map[string]string) ([]dbus.ObjectPath, []dbus.ObjectPath, *dbus.Error) {
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.locked {
				return nil, k.search(attributes), nil
			}
			return k.search(attributes), nil, nil
		},
	})
	k.properties(conn, secretsPath, func(string) any { return []dbus.ObjectPath{loginPath} })
	k.table(conn, loginPath, "Collection", map[string]any{
		"SearchItems": func(attributes map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
			k.mu.Lock()
			defer k.mu.Unlock()
			return k.search(attributes), nil
		},
		"CreateItem": k.createItem,
	})
	k.properties(conn, loginPath, func(string) any { return k.locked })
}

// unlock opens what is open already, and else wants the user to be asked.
func (k *Keychain) unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.locked {
		return paths, nowhere, nil
	}
	prompt := secretsPath + dbus.ObjectPath(fmt.Sprintf("/prompt/%d", len(k.prompts)+1))
	k.prompts = append(k.prompts, prompt)
	k.table(k.conn, prompt, "Prompt", map[string]any{
		"Prompt": func(string) *dbus.Error {
			k.mu.Lock()
			defer k.mu.Unlock()
			k.waiting = prompt
			return nil
		},
		"Dismiss": func() *dbus.Error { return nil },
	})
	return []dbus.ObjectPath{}, prompt, nil
}

func (k *Keychain) createItem(properties map[string]dbus.Variant, s busSecret, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.locked {
		return nowhere, nowhere, errLocked
	}
	attributes, _ := properties[secretPrefix+"Item.Attributes"].Value().(map[string]string)
	return k.keep(attributes, s.Value), nowhere, nil
}

// export puts an entry on the bus; k.mu is held.
func (k *Keychain) export(conn *dbus.Conn, path dbus.ObjectPath) {
	k.table(conn, path, "Item", map[string]any{
		"GetSecret": func(session dbus.ObjectPath) (busSecret, *dbus.Error) {
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.locked {
				return busSecret{Session: session, Parameters: []byte{}, Value: []byte{}}, errLocked
			}
			return busSecret{session, []byte{}, k.entries[path].value, "text/plain"}, nil
		},
		"Delete": func() (dbus.ObjectPath, *dbus.Error) {
			k.mu.Lock()
			defer k.mu.Unlock()
			if k.locked {
				return nowhere, errLocked
			}
			delete(k.entries, path)
			return nowhere, nil
		},
	})
	k.properties(conn, path, func(name string) any {
		if name == "Attributes" {
			return k.entries[path].attributes
		}
		return k.locked
	})
}

func (k *Keychain) table(conn *dbus.Conn, path dbus.ObjectPath, of string, methods map[string]any) {
	if err := conn.ExportMethodTable(methods, path, secretPrefix+of); err != nil {
		k.t.Errorf("the keychain: %v", err)
	}
}

// properties answers for one object; get is called with k.mu held.
func (k *Keychain) properties(conn *dbus.Conn, path dbus.ObjectPath, get func(name string) any) {
	err := conn.ExportMethodTable(map[string]any{
		"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
			k.mu.Lock()
			defer k.mu.Unlock()
			return dbus.MakeVariant(get(name)), nil
		},
	}, path, "org.freedesktop.DBus.Properties")
	if err != nil {
		k.t.Errorf("the keychain: %v", err)
	}
}
