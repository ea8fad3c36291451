package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	toml "github.com/pelletier/go-toml/v2"

	"gatewatch/internal/foundation/fault"
	"gatewatch/internal/foundation/files"
)

const header = `# Settings of Gatewatch. Edit them here or in the window; changes here are
# taken over at once. Comments are lost when the window saves. Keys of
# gateways do not belong here: they are in the system's keychain.

`

// Save checks s and replaces the file: complete or not at all, readable by
// this user alone. before is what s was made from: what the file says
// otherwise by now, somebody else wrote, and it stays where s does not change
// the same setting. Fields of the present file that this version does not know
// or could not use are kept. A corrupt file is not overwritten: the error
// then wraps ErrCorrupt. The folder is created if need be. It returns what
// Reload gives of the text that it wrote, whatever became of the file since.
func Save(path string, before, s Settings) (Settings, []Problem, error) {
	if err := s.Validate(); err != nil {
		return Settings{}, nil, err
	}
	present, err := readFile(path)
	if err != nil {
		return Settings{}, nil, err
	}
	theirs, tr, err := decodeOver(present, before)
	if err != nil {
		return Settings{}, nil, err
	}
	if present != nil { // a file that is gone is written anew, as a whole
		if s, err = merge(before, s, theirs); err != nil {
			return Settings{}, nil, err
		}
	}
	text, err := s.marshal(tr.kept)
	if err != nil {
		return Settings{}, nil, fault.New(fault.Internal, "The settings could not be written.", err)
	}
	written, tr, err := decodeOver(text, s)
	if err != nil {
		return Settings{}, nil, fault.New(fault.Internal, "The settings could not be written.", err)
	}
	if bytes.Equal(text, present) {
		return written, tr.problems, nil
	}
	if err := replace(path, text); err != nil {
		return Settings{}, nil, fault.New(fault.Misconfigured, "The settings file cannot be written.", err)
	}
	return written, tr.problems, nil
}

func (s Settings) marshal(kept []leftover) ([]byte, error) {
	tree := s.encode()
	putBack(tree, kept)
	prune(tree)
	var b bytes.Buffer
	b.WriteString(header)
	enc := toml.NewEncoder(&b)
	if err := enc.Encode(tree); err != nil {
		return nil, fmt.Errorf("config: encode: %w", err)
	}
	return b.Bytes(), nil
}

// replace writes a file beside path, makes it durable, and moves it there. A
// symbolic link at path keeps pointing where it points.
func replace(path string, text []byte) (err error) {
	if target, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
		path = target
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".settings-*.tmp") // made with 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreGone(os.Remove(tmp.Name())))
		}
	}()
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if err := files.Replace(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
