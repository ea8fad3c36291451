package text

import "strings"

// KeychainTrouble is what is wrong with the keychain.
type KeychainTrouble uint8

// The troubles.
const (
	KeychainLocked KeychainTrouble = iota // it waits for the user, or they declined
	KeychainSilent                        // it does not answer
	KeychainNone                          // there is none, or it fails
	KeyFileSealed                         // the file of keys waits for its passphrase
	KeyFileBroken                         // it cannot be read
)

// KeychainMissing says why keys of gateways, by their names, are not known: a
// title and what to do. cause is of the system, for KeychainNone.
func KeychainMissing(t KeychainTrouble, gateways []string, cause string) (title, body string) {
	whose := "the keys of " + strings.Join(gateways, ", ")
	switch t {
	case KeychainLocked:
		return "The keychain is locked.", "Gatewatch waits for " + whose + ". Unlock the keychain: they are read as soon as it is open. Connect asks for it again."
	case KeychainSilent:
		return "The keychain does not answer.", "Gatewatch waits for " + whose + ". They are read as soon as it answers."
	case KeyFileSealed:
		return "The file of keys is locked.", "Gatewatch waits for " + whose + ". Unlock it with your passphrase."
	case KeyFileBroken:
		return "The file of keys cannot be read.", capital(whose) + " are not known (" + cause + "). Enter them: they are then used until Gatewatch ends."
	case KeychainNone:
	}
	return "The keychain cannot be used.", capital(whose) + " are not known (" + cause + "). Start a keychain, or enter them: they are then used until Gatewatch ends."
}

// KeychainUnkept says that n keys are kept in memory alone, and why.
func KeychainUnkept(t KeychainTrouble, n int, cause string) (title, body string) {
	why := "the system's keychain cannot be used (" + cause + ")"
	switch t {
	case KeychainLocked:
		why = "the keychain is locked"
	case KeychainSilent:
		why = "the keychain does not answer"
	case KeyFileSealed:
		why = "the file of keys is locked"
	case KeyFileBroken:
		why = "the file of keys cannot be used (" + cause + ")"
	case KeychainNone:
	}
	is, until := " is", "the keychain opens"
	if n > 1 {
		is = " are"
	}
	if t == KeyFileSealed || t == KeyFileBroken {
		until = "the file can be written"
	}
	is += " used until Gatewatch ends, and kept as soon as " + until + "."
	return "Keys are not being kept.", capital(why) + ". " + Plural(n, "key") + " that you entered" + is
}

// What is said of a passphrase.
const (
	PassphraseWrong = "This is not the passphrase of the file of keys."
	PassphraseShort = "A passphrase has at least 8 characters."
	KeyFileDamaged  = "The file of keys is damaged. It was left as it is: bring it back from a backup, or delete it and enter the keys again."
	// KeyFileShut is said where nobody can be asked.
	KeyFileShut = "The file of keys is locked, and there is no terminal to ask for its passphrase. Put the passphrase into a file that only you can read and name it in GATEWATCH_PASSPHRASE_FILE."
)

// Why a gateway is not connected though nobody refused anything.
const (
	CauseKeychainLocked = "The keychain is locked, so its key is not known yet."
	CauseKeychainSilent = "The keychain does not answer, so its key is not known yet."
	CauseKeychainNone   = "The keychain cannot be used, so its key is not known."
	CauseKeyFileSealed  = "The file of keys is locked, so its key is not known yet."
	CauseKeyFileBroken  = "The file of keys cannot be read, so its key is not known."
	CauseNoKey          = "Its key is not in the keychain. Enter it again."
)

// CauseKeychain is the cause of a connection that waits for the keychain.
func CauseKeychain(t KeychainTrouble) string {
	switch t {
	case KeychainLocked:
		return CauseKeychainLocked
	case KeychainSilent:
		return CauseKeychainSilent
	case KeyFileSealed:
		return CauseKeyFileSealed
	case KeyFileBroken:
		return CauseKeyFileBroken
	case KeychainNone:
	}
	return CauseKeychainNone
}
