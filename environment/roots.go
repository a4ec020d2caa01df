package environment

import (
	"bytes"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxRoots bounds a file of roots: the system's has a quarter of a megabyte.
const maxRoots = 16 << 20

// source is a file of roots, or a folder of them.
type source struct {
	name   string
	data   []byte
	single bool // for one server or profile, not all that a program trusts
}

// defaultFolders are where OpenSSL looks on its own: what is in them is the
// system's, and is not read once more.
var defaultFolders = []string{"/etc/ssl/certs", "/usr/lib/ssl/certs", "/etc/pki/tls/certs"}

func isDefault(path string) bool {
	return slices.Contains(defaultFolders, filepath.Clean(path))
}

// readRoots reads a file, a folder, or a list of folders as in SSL_CERT_DIR.
func readRoots(path string) (source, error) {
	data, err := readBounded(path)
	if info, stat := os.Stat(path); stat == nil && info.IsDir() || stat != nil && strings.ContainsRune(path, filepath.ListSeparator) {
		data, err = readFolders(path)
	}
	if err == nil && !anyCertificate(data) {
		err = errors.New("it holds no certificate in PEM form")
	}
	return source{name: path, data: data}, err
}

func readFolders(list string) ([]byte, error) {
	var all []byte
	for _, folder := range filepath.SplitList(list) {
		files, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			// What is no certificate is no concern: OpenSSL opens what has the right name.
			if data, err := readBounded(filepath.Join(folder, file.Name())); err == nil && len(all)+len(data) <= maxRoots {
				all = append(append(all, data...), '\n')
			}
		}
	}
	return all, nil
}

// readBounded reads a regular file: a variable may name a pipe that never ends.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var data bytes.Buffer
	data.Grow(int(min(info.Size(), maxRoots)) + bytes.MinRead) // so that it is not copied again and again
	if _, err := data.ReadFrom(io.LimitReader(file, maxRoots+1)); err != nil {
		return nil, err
	}
	if data.Len() > maxRoots {
		return nil, fmt.Errorf("%s has more than %d MB", path, maxRoots>>20)
	}
	return data.Bytes(), nil
}

// certificates gives the certificates of a PEM file, as they are in it, each once.
// OpenSSL reads "TRUSTED CERTIFICATE" as well, whose trust settings would be lost
// as a plain one: they stay as they are.
func certificates(data []byte) []*pem.Block {
	var blocks []*pem.Block
	seen := map[[sha256.Size]byte]bool{}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return blocks
		}
		sum := sha256.Sum256(block.Bytes)
		if !strings.HasSuffix(block.Type, "CERTIFICATE") || seen[sum] {
			continue
		}
		seen[sum] = true
		block.Headers = nil
		blocks = append(blocks, block)
	}
}

// anyCertificate says whether there is one, without taking the rest apart.
func anyCertificate(data []byte) bool {
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return false
		}
		if strings.HasSuffix(block.Type, "CERTIFICATE") {
			return true
		}
		data = rest
	}
}

// within says whether a path is one of a folder's files.
func within(path, folder string) bool {
	return filepath.Dir(path) == filepath.Clean(folder)
}
