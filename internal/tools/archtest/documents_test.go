package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// inSource is a path of the repository as the documents write it.
var inSource = regexp.MustCompile("`((?:internal|app|scripts|frontend|tools)/[A-Za-z0-9_./-]+)`")

// TestDocumentsNameFilesThatExist reads what newcomers read: a path that is not
// there any more sends them the wrong way.
func TestDocumentsNameFilesThatExist(t *testing.T) {
	found := 0
	for _, path := range tracked(t) {
		if !strings.HasSuffix(path, ".md") || strings.HasPrefix(path, "frontend/") {
			continue
		}
		for _, m := range inSource.FindAllStringSubmatch(read(t, path), -1) {
			found++
			if _, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s names %s, which does not exist", path, m[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d paths were found in the documents", found)
	}
}
