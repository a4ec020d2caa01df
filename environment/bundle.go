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
// path. One that was made from the same bytes, and is as it was made, is not made again.
func (b *builder) bundle(sources ...source) (string, error) {
	sources = eachOnce(sources)
	var names []string
	for _, s := range sources {
		names = append(names, s.name)
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	path := filepath.Join(b.Folder, bundlePrefix+hex.EncodeToString(sum[:6])+bundleSuffix)
	if b.made[path] {
		return path, nil
	}
	b.made[path] = true
	origin := b.digest(sources)
	if old, err := readBounded(path); err == nil && stampedFrom(old, origin) {
		return path, nil
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "# Made by devca env from %s, and devca's root.\n# It is written again when they change.\n", printable(strings.Join(names, ", ")))
	if err := b.writeRoots(&text, sources); err != nil {
		return "", err
	}
	b.plan.Files = append(b.plan.Files, File{Path: path, Data: stamp(text.Bytes(), origin)})
	return path, nil
}

// writeRoots writes the roots of sources, each once, and devca's at the end.
func (b *builder) writeRoots(into *bytes.Buffer, sources []source) error {
	own, _ := pem.Decode(b.Root)
	for _, block := range certificates(join(sources)) {
		if own != nil && bytes.Equal(block.Bytes, own.Bytes) {
			continue
		}
		if err := pem.Encode(into, block); err != nil {
			return err
		}
	}
	into.WriteString(ownMark)
	into.Write(b.Root)
	return nil
}

// eachOnce leaves out sources that were named before.
func eachOnce(sources []source) []source {
	var once []source
	for _, s := range sources {
		if !slices.ContainsFunc(once, func(o source) bool { return o.name == s.name }) {
			once = append(once, s)
		}
	}
	return once
}

func join(sources []source) []byte {
	var all [][]byte
	for _, s := range sources {
		all = append(all, s.data)
	}
	return bytes.Join(all, []byte("\n"))
}

// digest is of what a bundle is made from.
func (b *builder) digest(sources []source) string {
	hash := sha256.New()
	for _, s := range sources {
		fmt.Fprintf(hash, "%d %d %s", len(s.name), len(s.data), s.name)
		hash.Write(s.data)
	}
	hash.Write(b.Root)
	return hex.EncodeToString(hash.Sum(nil))
}

// stampMark begins the first line of a bundle: a digest of what it was made from, and
// one of the rest of it. Comparing these takes a tenth of the time that taking the
// sources apart does, at each start of a shell.
const stampMark = "# devca "

func stamp(text []byte, origin string) []byte {
	return slices.Concat([]byte(stampLine(text, origin)), text)
}

func stampLine(text []byte, origin string) string {
	sum := sha256.Sum256(text)
	return stampMark + origin + " " + hex.EncodeToString(sum[:]) + "\n"
}

// stampedFrom says whether a bundle was made from this, and has not been changed since.
func stampedFrom(bundle []byte, origin string) bool {
	line, text, _ := bytes.Cut(bundle, []byte("\n"))
	return bytes.HasPrefix(line, []byte(stampMark+origin)) && string(line)+"\n" == stampLine(text, origin)
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
