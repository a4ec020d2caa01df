package environment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	bundlePrefix, bundleSuffix = "bundle-", ".pem"
	// ownMark stands before devca's root, which is the last in a bundle.
	ownMark = "# The root of devca.\n"
)

// bundle plans a file with the roots of its sources and devca's, and gives its
// path.
func (b *builder) bundle(sources ...source) (string, error) {
	var names []string
	var all []byte
	for _, s := range sources {
		if slices.Contains(names, s.name) {
			continue
		}
		names = append(names, s.name)
		all = append(append(all, s.data...), '\n')
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	path := filepath.Join(b.Folder, bundlePrefix+hex.EncodeToString(sum[:6])+bundleSuffix)
	if b.made[path] {
		return path, nil
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "# Made by devca env from %s, and devca's root.\n# It is written again when they change.\n", printable(strings.Join(names, ", ")))
	own, _ := pem.Decode(b.Root)
	for _, block := range certificates(all) {
		if own != nil && bytes.Equal(block.Bytes, own.Bytes) {
			continue
		}
		if err := pem.Encode(&text, block); err != nil {
			return "", err
		}
	}
	text.WriteString(ownMark)
	text.Write(b.Root)
	b.made[path] = true
	if old, err := os.ReadFile(path); err != nil || !bytes.Equal(old, text.Bytes()) {
		b.plan.Files = append(b.plan.Files, File{Path: path, Data: text.Bytes()})
	}
	return path, nil
}

// printable keeps a comment on one line, and out of what is read as PEM.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, strings.ReplaceAll(name, "-----", "?"))
}

// Rotated gives the files of a folder with a new root instead of the one that they
// have: who named them in a file, in place of calling devca env at each start, must
// not be left with a root that signs no more. One that cannot be read stops no other.
func Rotated(folder string, root []byte) ([]File, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []File
	var failures []error
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		old, err := readBounded(path)
		if err != nil {
			continue
		}
		var data []byte
		switch name := entry.Name(); {
		case strings.HasPrefix(name, bundlePrefix) && strings.HasSuffix(name, bundleSuffix):
			head, _, found := bytes.Cut(old, []byte(ownMark))
			if !found {
				continue
			}
			data = slices.Concat(head, []byte(ownMark), root)
		case strings.HasPrefix(name, storePrefix) && strings.HasSuffix(name, storeSuffix):
			if data, err = rotatedStore(old, root); err != nil {
				failures = append(failures, fmt.Errorf("%s: %w", path, err))
				continue
			}
		default:
			continue
		}
		if !bytes.Equal(data, old) {
			files = append(files, File{Path: path, Data: data})
		}
	}
	return files, errors.Join(failures...)
}
