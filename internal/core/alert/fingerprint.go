package alert

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// fingerprint hashes parts, each with its length, so that a name that holds a
// separator (model names come from outside) cannot pass for another alert.
func fingerprint(parts ...string) string {
	h := sha256.New()
	var n [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		_, _ = h.Write(n[:])
		_, _ = h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}
