// Package places finds folders that are named by patterns: where installers,
// version managers and editors put what they install.
package places

import (
	"os"
	"path/filepath"
	"strings"
)

// Ground is what a pattern's first part stands on.
type Ground struct {
	Home string // for "~"
	// Getenv gives "$NAME" and "%NAME%"; nil where the variables are not the
	// person's, such as root's under sudo.
	Getenv func(string) string
}

// Matches lists the folders or files of a pattern, which has slashes on every
// system. "~" in front is the home folder, "*" stands for one name or a part of
// it, and "$NAME" and "%NAME%" in front for a variable. Each "*" costs one reading
// of a folder; nothing is walked. What has no "*" is not looked at and may not be
// there. filepath.Glob is not used: it would read brackets in a home folder's name
// as a pattern, and a backslash on Windows as part of one.
func (g Ground) Matches(pattern string) []string {
	first, rest, _ := strings.Cut(pattern, "/")
	switch {
	case first == "~":
		first = g.Home
	case strings.HasPrefix(first, "$"), strings.HasPrefix(first, "%"):
		if g.Getenv == nil {
			return nil
		}
		first = g.Getenv(strings.Trim(first, "$%"))
	case first == "":
		first = string(filepath.Separator)
	}
	if !filepath.IsAbs(first) {
		return nil
	}
	found := []string{first}
	for part := range strings.SplitSeq(rest, "/") {
		if strings.Contains(part, "*") {
			found = inside(found, part)
			continue
		}
		for i := range found {
			found[i] = filepath.Join(found[i], part)
		}
	}
	return found
}

// inside lists what is in the folders and has a name of the pattern. Names with a
// dot in front are installers' own.
func inside(folders []string, pattern string) []string {
	var found []string
	for _, folder := range folders {
		entries, _ := os.ReadDir(folder)
		for _, entry := range entries {
			ok, _ := filepath.Match(pattern, entry.Name())
			if ok && !strings.HasPrefix(entry.Name(), ".") && !entry.Type().IsRegular() {
				found = append(found, filepath.Join(folder, entry.Name()))
			}
		}
	}
	return found
}
