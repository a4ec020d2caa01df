package trust

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What Debian's update-ca-certificates makes the bundle from, beside debianFolder.
const (
	debianConfiguration = "/etc/ca-certificates.conf"
	debianShipped       = "/usr/share/ca-certificates"
)

// enabledText is the bundle as it should be now.
func enabledText() ([]byte, error) {
	roots, err := debianRoots()
	if err != nil {
		return nil, err
	}
	return debianText(roots)
}

// debianLinkTo is the link that the update makes to a root whose name needs no change.
func debianLinkTo(path string) string {
	return filepath.Join(debianLinkFolder, strings.TrimSuffix(filepath.Base(path), debianEnding)+".pem")
}

func except(paths []string, path string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == path })
}

const debianEnding = ".crt"

var errNotPlain = errors.New("only update-ca-certificates knows what to make of it")

// debianRoots lists the files of the roots that are in force, in the order in which
// update-ca-certificates puts them together: those of the distribution as its
// configuration has them, and then the added ones by their names.
func debianRoots() ([]string, error) {
	data, err := readCertificates(debianConfiguration)
	if err != nil {
		return nil, err
	}
	var roots []string
	for line := range strings.Lines(string(data)) {
		line, whole := strings.CutSuffix(line, "\n")
		name, disabled := strings.CutPrefix(line, "!")
		switch {
		case !whole: // a shell's read takes no such line
			return nil, errNotPlain
		case line == "" || strings.HasPrefix(line, "#"):
			continue
		case !plain(name):
			return nil, errNotPlain
		case disabled:
			// Its link goes with the next update.
			if _, err := os.Lstat(debianLinkTo(name)); err == nil {
				return nil, errNotPlain
			}
			continue
		}
		roots = append(roots, filepath.Join(debianShipped, name))
	}
	if len(roots) == 0 {
		return nil, errNotPlain
	}
	added, err := debianAdded()
	return append(roots, added...), err
}

// debianAdded lists the roots that were added. Folders below and links to nowhere
// are left to the update.
func debianAdded() ([]string, error) {
	entries, err := os.ReadDir(debianFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var added []string
	for _, entry := range entries {
		path := filepath.Join(debianFolder, entry.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular():
			return nil, errNotPlain
		case !strings.HasSuffix(path, debianEnding):
			continue
		case !plain(entry.Name()):
			return nil, errNotPlain
		}
		added = append(added, path)
	}
	return added, nil
}

// plain tells whether a name is one that the update takes as it is: it replaces
// some characters in the names of links, and a shell reads the configuration.
func plain(name string) bool {
	return filepath.IsLocal(name) && strings.HasSuffix(name, debianEnding) && !strings.ContainsAny(name, " \t\r\n(),\\!")
}

// debianText is the bundle that the update makes of these files: one after another,
// each with an end to its last line.
func debianText(roots []string) ([]byte, error) {
	var text bytes.Buffer
	for _, path := range roots {
		data, err := readCertificates(path)
		if err != nil {
			return nil, err
		}
		if text.Len()+len(data) > maximumBundle {
			return nil, errNotPlain
		}
		text.Write(data)
		if len(data) > 0 && !bytes.HasSuffix(data, []byte("\n")) {
			text.WriteByte('\n')
		}
	}
	return text.Bytes(), nil
}
