package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

//go:embed testdata/jsclient/package.json testdata/jsclient/package-lock.json testdata/jsclient/client.mjs
var jsClient embed.FS

// installNode installs the official client into the user's cache, once for
// each lock file, and returns the folder of its program.
func installNode(ctx context.Context) (dir string, err error) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return "", fmt.Errorf("the official JavaScript client needs %s, which is not installed", tool)
		}
	}
	lock, err := jsClient.ReadFile("testdata/jsclient/package-lock.json")
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	sum := sha256.Sum256(lock)
	dir = filepath.Join(cache, "gatewatch", "jsbench-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		if err := npmInstall(ctx, dir); err != nil {
			return "", err
		}
	}
	return dir, unpack(dir, "client.mjs")
}

// npmInstall installs beside dir and moves the result there, so that a broken
// installation is never found.
func npmInstall(ctx context.Context, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), "jsbench-install-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if err := unpack(work, "package.json", "package-lock.json"); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	cmd.Dir = work
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	if err := os.Rename(work, dir); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

func unpack(dir string, names ...string) error {
	for _, name := range names {
		b, err := jsClient.ReadFile(path.Join("testdata/jsclient", name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
