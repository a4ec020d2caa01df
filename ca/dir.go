// Package ca is the authority: its directory, its root and issuing
// certificate, issuance, the ledger of what was issued, and revocation.
//
// Begin with Locate, then Dir.OpenOrCreate, then Authority.Issue. The package
// never prints, never changes a trust store, never overwrites a private key,
// and never writes a root's key unless asked to.
package ca

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"

	"devca/diag"
	"devca/internal/account"
)

// Dir is the CA's directory. Its layout:
//
//	root.pem                        the current root, public; it names the current authority
//	authorities/KEYID/root.pem      this and every earlier root
//	authorities/KEYID/issuing.pem   the issuing CA, and what stands between it and the root
//	authorities/KEYID/issuing-key.pem
//	authorities/KEYID/root.crl      the root's own revocation list, empty, for its whole life
//	authorities/KEYID/root-key.pem  only with --keep-root-key, encrypted
//	ledger.jsonl                    what was issued and revoked
//	journal.jsonl                   which trust stores were changed
//	trusted/, removed/              roots of others, public; others.go
//	env/                            public roots in the files that devca env's variables name
//	lock                            held while any of this changes
//
// An authority appears by one rename of its folder, and becomes the current one
// by the rename of root.pem; so a process killed at any point leaves the old
// state or the new.
type Dir struct {
	path  string
	owner account.Account
}

const (
	rootFile       = "root.pem"
	issuingFile    = "issuing.pem"
	issuingKeyFile = "issuing-key.pem"
	rootKeyFile    = "root-key.pem"
	rootCRLFile    = "root.crl"
	authoritiesDir = "authorities"
	ledgerFile     = "ledger.jsonl"
	journalFile    = "journal.jsonl"
	environmentDir = "env"
	lockFile       = "lock"
)

// Locate finds the CA's directory without touching it: the path given, else
// $DEVCA_DIR, else the place where the system keeps a user's data. Under sudo
// it is the invoking user's.
func Locate(path string, getenv func(string) string) (*Dir, error) {
	owner := account.Invoking(getenv)
	if path == "" {
		path = getenv("DEVCA_DIR")
	}
	if path == "" {
		base, err := dataFolder(owner, getenv)
		if err != nil {
			return nil, err
		}
		path = filepath.Join(base, "devca")
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the CA directory: %w", err)
	}
	return &Dir{path: absolute, owner: owner}, nil
}

// dataFolder is where the system keeps a user's data.
func dataFolder(owner account.Account, getenv func(string) string) (string, error) {
	switch runtime.GOOS {
	case "windows":
		if local := getenv("LocalAppData"); local != "" {
			return local, nil
		}
	case "darwin":
		if owner.Home != "" {
			return filepath.Join(owner.Home, "Library", "Application Support"), nil
		}
	default:
		// Under sudo the variable, if it survived, may be root's.
		if data := getenv("XDG_DATA_HOME"); filepath.IsAbs(data) && !owner.ViaSudo {
			return data, nil
		}
		if owner.Home != "" {
			return filepath.Join(owner.Home, ".local", "share"), nil
		}
	}
	return "", diag.New(diag.CANoDir, "there is no home folder to keep the CA in").
		Fix("name a directory", diag.Export("DEVCA_DIR", "/path/to/devca"))
}

// Path is the directory's absolute path.
func (d *Dir) Path() string { return d.path }

// RootPath is where the current root's certificate stands, whichever it is.
func (d *Dir) RootPath() string { return filepath.Join(d.path, rootFile) }

// EnvironmentFolder is where the files are that the variables of devca env name.
func (d *Dir) EnvironmentFolder() string { return filepath.Join(d.path, environmentDir) }

// JournalPath is where package trust keeps its journal.
func (d *Dir) JournalPath() string { return filepath.Join(d.path, journalFile) }

// Owner is the person to whom new files are given.
func (d *Dir) Owner() account.Account { return d.owner }

func (d *Dir) authorityPath(id, file string) string {
	return filepath.Join(d.path, authoritiesDir, id, file)
}

// Roots gives every root that was ever made or imported here, the current one
// first. A directory that is not there has none.
func (d *Dir) Roots() ([]*x509.Certificate, error) {
	var roots []*x509.Certificate
	current, err := readCertificates(d.RootPath())
	if err == nil {
		roots = append(roots, current[0])
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, d.unusable("the root certificate cannot be read", err)
	}
	ids, err := d.authorityIDs()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		earlier, err := readCertificates(d.authorityPath(id, rootFile))
		if err != nil {
			continue // said by Open, if it matters
		}
		if len(roots) == 0 || !earlier[0].Equal(roots[0]) {
			roots = append(roots, earlier[0])
		}
	}
	return roots, nil
}

// authorityIDs lists the complete authorities, in no meaningful but a stable order.
func (d *Dir) authorityIDs() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(d.path, authoritiesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the CA directory: %w", err)
	}
	var ids []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name()[0] != '.' {
			ids = append(ids, entry.Name())
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// Purge removes the directory with everything in it, keys included.
func (d *Dir) Purge() error {
	if _, err := os.Lstat(d.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := d.looksOurs(); err != nil {
		return err
	}
	return os.RemoveAll(d.path)
}

// looksOurs keeps --purge with a mistaken --dir from deleting somebody's files.
func (d *Dir) looksOurs() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return fmt.Errorf("reading the CA directory: %w", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		switch {
		case slices.Contains([]string{rootFile, authoritiesDir, ledgerFile, lockFile, trustedDir, removedDir, environmentDir}, name):
		case strings.HasPrefix(name, journalFile): // package trust's journal, lock and copies
		case strings.Contains(name, ".devca-tmp"): // of a killed process
		default:
			return d.damaged(fmt.Sprintf("%s holds %q, which is not devca's, so it is not deleted", d.path, name)).
				Fix("look at it, then delete the directory yourself", diag.CommandLine("rm", "-r", d.path))
		}
	}
	return nil
}

// lock holds the directory against other processes until the returned function
// is called. The directory must exist.
func (d *Dir) lock() (unlock func(), err error) {
	path := filepath.Join(d.path, lockFile)
	unlock, err = lockedfile.MutexAt(path).Lock()
	if err != nil {
		return nil, fmt.Errorf("locking the CA directory: %w", err)
	}
	if err := d.owner.Own(path); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// ensure makes the directory and its parents.
func (d *Dir) ensure() error {
	if err := d.MakeFolder(d.path, 0o700); err != nil {
		return d.noRoom(err)
	}
	return d.checkAccess(d.path)
}

// MakeFolder makes a folder with the parents that it lacks, all owned by the
// person. One that is there is left as it is.
func (d *Dir) MakeFolder(path string, mode fs.FileMode) error {
	var missing []string
	for {
		info, err := os.Stat(path)
		if err == nil && !info.IsDir() {
			return InTheWay(path, "it is a file, and a folder is wanted there").
				Fix("look what it is, and name another folder", diag.CommandLine("ls", "-l", path))
		}
		if err == nil || path == filepath.Dir(path) {
			break
		}
		missing = append(missing, path)
		path = filepath.Dir(path)
	}
	for _, folder := range slices.Backward(missing) {
		if err := os.Mkdir(folder, mode); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := d.owner.Own(folder); err != nil {
			return err
		}
	}
	return nil
}

func noDirectory(cause error) *diag.Error {
	return diag.New(diag.CANoDir, "the CA directory cannot be made").From(cause).
		Fix("name another place", diag.Export("DEVCA_DIR", "/path/to/devca"))
}

func (d *Dir) notADirectory() *diag.Error {
	return d.damaged(d.path+" is not a directory").Fix("name another place", diag.Export("DEVCA_DIR", "/path/to/devca"))
}

func (d *Dir) damaged(what string) *diag.Error {
	return diag.New(diag.CADamaged, what)
}
