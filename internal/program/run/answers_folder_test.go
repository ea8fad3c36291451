package run

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestAnswersComeFromOurOwnFolder: a folder that is open is closed to others, and what
// only leads to one is refused: somebody else may have put it there.
func TestAnswersComeFromOurOwnFolder(t *testing.T) {
	t.Parallel()
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := ownFolder(open); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(open); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(open, link); err != nil {
		t.Fatal(err)
	}
	if ownFolder(link) == nil || ownFolder(filepath.Join(link, "nothing")) == nil {
		t.Error("a link, or nothing, is taken for our folder")
	}
}
