package secret

import "github.com/zalando/go-keyring"

// systemRing is the keychain of the system: Secret Service on Linux, Credential
// Manager on Windows, Keychain on macOS.
type systemRing struct{}

func (systemRing) Get(service, user string) (string, error) {
	if err := reachable(); err != nil {
		return "", err
	}
	return keyring.Get(service, user)
}

func (systemRing) Set(service, user, value string) error {
	if err := reachable(); err != nil {
		return err
	}
	return keyring.Set(service, user, value)
}

func (systemRing) Delete(service, user string) error {
	if err := reachable(); err != nil {
		return err
	}
	return keyring.Delete(service, user)
}
