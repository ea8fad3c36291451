//go:build unix && !darwin

package secret

import (
	"errors"
	"fmt"
	"slices"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// visit is one call of the Secret Service.
type visit struct {
	conn *dbus.Conn
	of   *secretService
}

func (v *visit) service() dbus.BusObject { return v.conn.Object(secretsName, secretsPath) }

// collection finds where entries are: the login collection, else the default
// one. keyring.ErrNotFound: there is none yet.
func (v *visit) collection() (dbus.ObjectPath, error) {
	all, err := v.service().GetProperty(secretsService + ".Collections")
	if err != nil {
		return "", err
	}
	if paths, ok := all.Value().([]dbus.ObjectPath); ok && slices.Contains(paths, loginCollection) {
		return loginCollection, nil
	}
	path := nowhere
	if err := v.service().Call(secretsService+".ReadAlias", 0, "default").Store(&path); err != nil {
		return "", err
	}
	if path == nowhere {
		return "", keyring.ErrNotFound
	}
	return path, nil
}

// create makes the default collection, for which the service asks the user.
func (v *visit) create() (dbus.ObjectPath, error) {
	label := map[string]dbus.Variant{collectionInterface + ".Label": dbus.MakeVariant("Default keyring")}
	path, prompt := nowhere, nowhere
	if err := v.service().Call(secretsService+".CreateCollection", 0, label, "default").Store(&path, &prompt); err != nil {
		return "", err
	}
	made, err := v.prompt(prompt)
	if err != nil {
		return "", err
	}
	if chosen, ok := made.Value().(dbus.ObjectPath); ok {
		path = chosen
	}
	return path, nil
}

func (v *visit) locked(path dbus.ObjectPath, of string) (bool, error) {
	is, err := v.conn.Object(secretsName, path).GetProperty(of + ".Locked")
	if err != nil {
		return false, err
	}
	locked, ok := is.Value().(bool)
	return locked || !ok, nil
}

// unlock opens a collection or an item. If it takes the user for that, they are
// asked unless they declined before; insist asks all the same.
func (v *visit) unlock(path dbus.ObjectPath, of string, insist bool) error {
	locked, err := v.locked(path, of)
	if err != nil || !locked {
		return err
	}
	if !insist && !v.of.mayAsk() {
		return fmt.Errorf("%w: unlocking it was declined", ErrLocked)
	}
	var open []dbus.ObjectPath
	prompt := nowhere
	if err := v.service().Call(secretsService+".Unlock", 0, []dbus.ObjectPath{path}).Store(&open, &prompt); err != nil {
		return err
	}
	if _, err := v.prompt(prompt); err != nil {
		return err
	}
	if locked, err = v.locked(path, of); err == nil && locked {
		v.of.decline(true)
		err = fmt.Errorf("%w: it did not open, and nobody could be asked", ErrLocked)
	}
	return err
}

// prompt has the service ask the user, and waits: for as long as it takes, but
// no longer than the service lives.
func (v *visit) prompt(path dbus.ObjectPath) (dbus.Variant, error) {
	none := dbus.MakeVariant("")
	if path == nowhere || path == "" {
		return none, nil
	}
	signals := make(chan *dbus.Signal, 16)
	v.conn.Signal(signals)
	defer v.conn.RemoveSignal(signals)
	err := errors.Join(
		v.conn.AddMatchSignal(dbus.WithMatchObjectPath(path), dbus.WithMatchInterface(promptInterface)),
		v.conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName)),
	)
	if err != nil {
		return none, err
	}
	v.of.ask(1)
	defer v.of.ask(-1)
	if err := v.conn.Object(secretsName, path).Call(promptInterface+".Prompt", 0, "").Err; err != nil {
		return none, err
	}
	for sig := range signals { // closed with the connection
		switch {
		case sig.Name == "org.freedesktop.DBus.NameOwnerChanged":
			return none, fmt.Errorf("%w: it ended while it was asking", ErrNoKeychain)
		case sig.Path != path || sig.Name != promptInterface+".Completed" || len(sig.Body) < 2:
			continue
		}
		result, _ := sig.Body[1].(dbus.Variant)
		if dismissed, _ := sig.Body[0].(bool); dismissed {
			v.of.decline(true)
			return none, fmt.Errorf("%w: unlocking it was declined", ErrLocked)
		}
		v.of.decline(false)
		return result, nil
	}
	return none, fmt.Errorf("%w: the session's bus is gone", ErrNoKeychain)
}

func (s *secretService) ask(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asking += n
}

// find finds an entry in an open collection.
func (v *visit) find(collection dbus.ObjectPath, service, user string) (dbus.ObjectPath, error) {
	var items []dbus.ObjectPath
	err := v.conn.Object(secretsName, collection).Call(collectionInterface+".SearchItems", 0,
		map[string]string{"username": user, "service": service}).Store(&items)
	if err == nil && len(items) == 0 {
		err = keyring.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return items[0], nil
}

// wireSecret is a secret on the bus.
type wireSecret struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

func (v *visit) session() (dbus.ObjectPath, error) {
	var none dbus.Variant
	var session dbus.ObjectPath
	err := v.service().Call(secretsService+".OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none, &session)
	return session, err
}

func (v *visit) read(item dbus.ObjectPath) (string, error) {
	session, err := v.session()
	if err != nil {
		return "", err
	}
	var s wireSecret
	err = v.conn.Object(secretsName, item).Call(itemInterface+".GetSecret", 0, session).Store(&s)
	return string(s.Value), err
}

// write makes or replaces an entry.
func (v *visit) write(collection dbus.ObjectPath, service, user, value string) error {
	session, err := v.session()
	if err != nil {
		return err
	}
	properties := map[string]dbus.Variant{
		itemInterface + ".Label":      dbus.MakeVariant(fmt.Sprintf("Password for '%s' on '%s'", user, service)),
		itemInterface + ".Attributes": dbus.MakeVariant(map[string]string{"username": user, "service": service}),
	}
	s := wireSecret{Session: session, Parameters: []byte{}, Value: []byte(value), ContentType: "text/plain; charset=utf8"}
	item, prompt := nowhere, nowhere
	err = v.conn.Object(secretsName, collection).Call(collectionInterface+".CreateItem", 0, properties, s, true).Store(&item, &prompt)
	if err != nil {
		return err
	}
	_, err = v.prompt(prompt)
	return err
}
