package update

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// versionForm is a semantic version without build metadata, of numbers that an
// int holds.
var versionForm = regexp.MustCompile(`^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z-]{1,20}(\.[0-9A-Za-z-]{1,20}){0,9})?$`)

// IsVersion reports whether a text is a version that can be compared.
func IsVersion(v string) bool { return versionForm.MatchString(v) }

// Compare orders two versions as semantic versioning does; both must be ones.
func Compare(a, b string) int {
	mainA, preA, _ := strings.Cut(a, "-")
	mainB, preB, _ := strings.Cut(b, "-")
	if c := compareParts(mainA, mainB); c != 0 {
		return c
	}
	switch { // what comes before a release is older than it
	case preA == preB:
		return 0
	case preA == "":
		return 1
	case preB == "":
		return -1
	}
	return compareParts(preA, preB)
}

func compareParts(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		if c := comparePart(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// comparePart compares numbers by value, and puts them before words.
func comparePart(a, b string) int {
	x, errA := strconv.ParseUint(a, 10, 64)
	y, errB := strconv.ParseUint(b, 10, 64)
	switch {
	case errA == nil && errB == nil:
		return cmp.Compare(x, y)
	case errA == nil:
		return -1
	case errB == nil:
		return 1
	}
	return cmp.Compare(a, b)
}
