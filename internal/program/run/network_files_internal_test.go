package run

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/store/config"
)

// pemPair writes a certificate and its key.
func pemPair(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "me"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, of, of, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	der2, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: der2}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestAFileThatCannotBeUsedIsRefusedAtItsField(t *testing.T) {
	dir := t.TempDir()
	cert, key := pemPair(t, dir)
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	if err := os.Mkdir(other, 0o700); err != nil {
		t.Fatal(err)
	}
	_, otherKey := pemPair(t, other)
	gone := filepath.Join(dir, "gone.pem")
	none, notPEM := "There is no such file.", "It holds no certificate in PEM."
	for name, c := range map[string]struct {
		was, now config.Network
		want     map[string]string
	}{
		"all is well":        {now: config.Network{CAFile: cert, ClientCert: cert, ClientKey: key}},
		"nothing is named":   {},
		"no such files":      {now: config.Network{CAFile: gone, ClientCert: gone, ClientKey: gone}, want: map[string]string{"ca_file": none, "client_cert": none, "client_key": none}},
		"a folder":           {now: config.Network{CAFile: dir}, want: map[string]string{"ca_file": "It is no file."}},
		"another text":       {now: config.Network{CAFile: text, ClientCert: text, ClientKey: key}, want: map[string]string{"ca_file": notPEM, "client_cert": notPEM}},
		"an empty one":       {now: config.Network{CAFile: empty}, want: map[string]string{"ca_file": notPEM}},
		"another's key":      {now: config.Network{ClientCert: cert, ClientKey: otherKey}, want: map[string]string{"client_key": "It is not the key of the client certificate, or it is encrypted."}},
		"as it was before":   {was: config.Network{CAFile: gone}, now: config.Network{CAFile: gone}},
		"the other was that": {was: config.Network{CAFile: gone}, now: config.Network{CAFile: gone, ClientCert: gone, ClientKey: key}, want: map[string]string{"client_cert": none}},
	} {
		var got map[string]string
		if err := refuseFiles("", c.was, c.now); err != nil {
			got = map[string]string{}
			for _, f := range fault.Of(err).Fields {
				got[f.Path] = f.Message
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestWhatCannotBeReadLaterIsNamed(t *testing.T) {
	gone := filepath.Join(t.TempDir(), "gone.pem")
	_, err := networkOptions(config.Network{CAFile: gone})
	if err == nil || !strings.Contains(err.Error(), "certificate authorities, "+gone+", cannot be used. There is no such file.") {
		t.Errorf("it says %v", err)
	}
}
