package run

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/secret"
	"gatewatch/internal/sources/hub"
	"gatewatch/internal/store/config"
)

// networkOptions reads the files that the settings name.
func networkOptions(n config.Network) (hub.NetworkOptions, error) {
	o, wrong := readNetworkFiles(n)
	o.Proxy = n.Proxy
	if len(wrong) == 0 {
		return o, nil
	}
	w := wrong[0]
	return o, fault.New(fault.Misconfigured, fmt.Sprintf("The file with the %s, %s, cannot be used. %s", w.what, w.path, w.why), nil)
}

// badFile is a file that the settings name and that cannot be used.
type badFile struct {
	field string // below "network" in the settings file
	what  string // is in it
	path  string
	why   string // a sentence
}

// readNetworkFiles reads the files that the settings name and says which cannot
// be used.
func readNetworkFiles(n config.Network) (o hub.NetworkOptions, wrong []badFile) {
	read := func(field, what, path string) []byte {
		if path == "" {
			return nil
		}
		text, why := readFile(path)
		if why != "" {
			wrong = append(wrong, badFile{field, what, path, why})
		}
		return text
	}
	authorities, clientCertificate, itsKey := "certificate authorities", "client certificate", "client certificate's key"
	o.RootCA = read("ca_file", authorities, n.CAFile)
	if o.RootCA != nil && !x509.NewCertPool().AppendCertsFromPEM(o.RootCA) {
		wrong = append(wrong, badFile{"ca_file", authorities, n.CAFile, "It holds no certificate in PEM."})
	}
	o.ClientCert = read("client_cert", clientCertificate, n.ClientCert)
	key := read("client_key", itsKey, n.ClientKey)
	if key != nil {
		o.ClientKey = secret.New(string(key))
	}
	if o.ClientCert == nil || key == nil {
		return o, wrong
	}
	if _, err := tls.X509KeyPair(o.ClientCert, key); err != nil {
		bad := badFile{"client_key", itsKey, n.ClientKey, "It is not the key of the client certificate, or it is encrypted."}
		if block, _ := pem.Decode(o.ClientCert); block == nil || block.Type != "CERTIFICATE" {
			bad = badFile{"client_cert", clientCertificate, n.ClientCert, "It holds no certificate in PEM."}
		}
		wrong = append(wrong, bad)
	}
	return o, wrong
}

// readFile reads a file, or says why it cannot be read. What is no file may
// never end.
func readFile(path string) (text []byte, why string) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return nil, "It is no file."
	}
	if err == nil {
		text, err = os.ReadFile(path)
	}
	switch {
	case err == nil:
		return append([]byte{}, text...), ""
	case errors.Is(err, fs.ErrNotExist):
		return nil, "There is no such file."
	case errors.Is(err, fs.ErrPermission):
		return nil, "Gatewatch may not read it."
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return nil, fmt.Sprintf("It cannot be read: %s.", strings.TrimSuffix(err.Error(), "."))
}

// refuseFiles is what is wrong with the files that n names and was did not: those
// that are in force already, the banner tells of. prefix is where n stands in
// the settings file.
func refuseFiles(prefix string, was, n config.Network) error {
	if n.CAFile == was.CAFile {
		n.CAFile = ""
	}
	if n.ClientCert == was.ClientCert && n.ClientKey == was.ClientKey {
		n.ClientCert, n.ClientKey = "", ""
	}
	_, wrong := readNetworkFiles(n)
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Usage, "", nil)
	var said []string
	for _, w := range wrong {
		said = append(said, fmt.Sprintf("The file with the %s cannot be used. %s", w.what, w.why))
		f.Fields = append(f.Fields, fault.Field{Path: prefix + w.field, Message: w.why})
	}
	f.Message = strings.Join(slices.Compact(said), " ")
	return f
}

// CheckNetworkFiles refuses network settings that name files which cannot be
// used, with what is wrong by field. Files that are in force already are not
// looked at.
func (p *Program) CheckNetworkFiles(n config.Network) error {
	return refuseFiles("network.", p.Settings().Network, n)
}

// checkOwnFiles is CheckNetworkFiles for what a gateway has of its own.
func (p *Program) checkOwnFiles(was, now config.Profile) error {
	of := func(o config.NetworkOverride) config.Network {
		return config.Network{CAFile: o.CAFile, ClientCert: o.ClientCert, ClientKey: o.ClientKey}
	}
	i := slices.IndexFunc(p.Settings().Profiles, func(x config.Profile) bool { return x.ID == now.ID })
	return refuseFiles(fmt.Sprintf("profiles[%d].network.", max(i, 0)), of(was.Network), of(now.Network))
}
