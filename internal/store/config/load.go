package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"gatewatch/internal/core/event"
	"gatewatch/internal/foundation/fault"
)

// ErrCorrupt is wrapped by Load and Save for a settings file that is not TOML.
// Nothing of ours overwrites such a file.
var ErrCorrupt = errors.New("config: the settings file is damaged")

// maxFile is the largest settings file that is read, in bytes. A hundred
// profiles with thresholds for thousands of keys stay far below it.
const maxFile = 4 << 20

// Load reads the settings file. It always returns usable settings:
//
//   - no file: the defaults, no problems;
//   - a value that cannot be used: its default, and a Problem with its line;
//   - a field that is not known: a Problem; Save keeps it;
//   - a file that cannot be read or is corrupt: the defaults and an error, a
//     *fault.Fault that names the line and, if corrupt, wraps ErrCorrupt.
func Load(path string) (Settings, []Problem, error) {
	text, err := readFile(path)
	if err != nil {
		return Default(), nil, err
	}
	s, tr, err := decode(text)
	if err != nil {
		return Default(), nil, err
	}
	return s, tr.problems, nil
}

// readFile gives the file's bytes; none for a file that is not there.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var text []byte
	if err == nil {
		if info.Size() > maxFile {
			return nil, fault.New(fault.Misconfigured, "The settings file is too large to be one of Gatewatch's.", ErrCorrupt)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fault.New(fault.Misconfigured, "The settings file cannot be read.", err)
	}
	// Editors on Windows begin a file with a byte order mark, which TOML does
	// not know.
	return bytes.TrimPrefix(text, []byte("\ufeff")), nil
}

// decode reads settings over the defaults and gathers what is wrong with them.
func decode(text []byte) (Settings, *pass, error) {
	doc, err := parse(text)
	if err != nil {
		return Settings{}, nil, err
	}
	s := Default()
	tr := &pass{lines: doc.lines}
	root := &table{in: doc.values, known: map[string]bool{}, pass: tr}
	s.fields(root)
	root.reportUnknown()
	slices.SortStableFunc(tr.problems, func(a, b Problem) int { return a.Line - b.Line })
	return s, tr, nil
}

// encode gives the tree that Save writes.
func (s *Settings) encode() section {
	root := &table{out: section{}, known: map[string]bool{}, pass: &pass{}}
	s.fields(root)
	return root.out
}

// Validate reports everything in s that Load would refuse, as a fault that
// joins one sentence for each; nil if there is nothing.
func (s Settings) Validate() error {
	text, err := s.marshal(nil)
	if err != nil {
		return fault.New(fault.Misconfigured, "These settings cannot be written.", err)
	}
	_, tr, err := decode(text)
	if err != nil {
		return err
	}
	var errs []error
	f := fault.New(fault.Misconfigured, "These settings cannot be used.", nil)
	for _, p := range tr.problems {
		why := tr.because(p)
		errs = append(errs, fmt.Errorf("%s: %s", p.Path, why))
		f.Message += " " + p.Path + ": " + why
		f.Fields = append(f.Fields, fault.Field{Path: p.Path, Message: why})
	}
	if len(errs) == 0 {
		return nil
	}
	f.Cause = errors.Join(errs...)
	return f
}

// because is what is wrong, without what a file is read as instead.
func (tr *pass) because(p Problem) string {
	for _, k := range tr.kept {
		if k.at == p.Path && k.because != "" {
			return k.because
		}
	}
	for _, end := range []string{" is used instead.", " It is taken as not set."} {
		if cut, found := strings.CutSuffix(p.Message, end); found {
			if i := strings.LastIndex(cut, ". "); i > 0 {
				cut = cut[:i+1]
			}
			return cut
		}
	}
	return p.Message
}

// Clone returns a copy that shares nothing with s.
func (s Settings) Clone() Settings {
	s.Alerts.Rules = maps.Clone(s.Alerts.Rules)
	s.Alerts.Normal = slices.Clone(s.Alerts.Normal)
	s.QuietHours.Spans = slices.Clone(s.QuietHours.Spans)
	for i := range s.QuietHours.Spans {
		s.QuietHours.Spans[i].Days = slices.Clone(s.QuietHours.Spans[i].Days)
	}
	s.Reconnect.Schedule = slices.Clone(s.Reconnect.Schedule)
	s.Network.Transports = slices.Clone(s.Network.Transports)
	s.Profiles = slices.Clone(s.Profiles)
	for i := range s.Profiles {
		p := &s.Profiles[i]
		p.Network.Transports = slices.Clone(p.Network.Transports)
		p.VirtualKeys, p.Webhooks = slices.Clone(p.VirtualKeys), slices.Clone(p.Webhooks)
		p.Groups = maps.Clone(p.Groups)
		p.Keys = maps.Clone(p.Keys)
	}
	return s
}

// NewID makes an unused profile id from a label: "Prod EU" becomes "prod-eu",
// or "prod-eu-2" if that is taken.
func (s Settings) NewID(label string) event.GatewayID {
	base := slug(label)
	for n := 1; ; n++ {
		id := event.GatewayID(base)
		if n > 1 {
			id = event.GatewayID(fmt.Sprintf("%s-%d", base, n))
		}
		if _, taken := s.Profile(id); !taken {
			return id
		}
	}
}

func slug(label string) string {
	b := make([]byte, 0, len(label))
	for _, r := range label {
		switch {
		case r >= 'A' && r <= 'Z':
			b = append(b, byte(r)-'A'+'a')
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b = append(b, byte(r))
		case len(b) > 0 && b[len(b)-1] != '-':
			b = append(b, '-')
		}
		if len(b) == 30 {
			break
		}
	}
	for len(b) > 0 && b[len(b)-1] == '-' {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return "gateway"
	}
	return string(b)
}
