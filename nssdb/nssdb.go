// Package nssdb reads and writes the SQLite databases in which NSS keeps
// certificates and what they are trusted for: cert9.db and key4.db, the
// databases of Chromium, Firefox, Thunderbird and their relatives. It needs no
// program of NSS and no library of C.
//
// The format is what NSS writes (lib/softoken/sdb.c, sftkdb.c and sftkpwd.c),
// compared row by row with databases of certutil 3.87 and Firefox 153:
//
//   - An object is a row of the table nssPublic in cert9.db: an id, and a column
//     "a" with the number of the PKCS#11 attribute in hexadecimal for each
//     attribute. Numbers are four bytes, big-endian. An attribute that is there
//     and empty is the three bytes a5 00 5a, because SQLite's NULL means absent.
//   - A certificate is one object. What it is trusted for is another, found by
//     issuer and serial number. There are two kinds: CKO_NSS_TRUST, which every
//     NSS reads, and CKO_TRUST of PKCS#11 3.2, which NSS 3.114 and later writes
//     and looks for first.
//   - Once a database has a password, which may be empty and mostly is, each
//     attribute of a trust object needs a MAC in key4.db (mac.go). A trust
//     object without them is passed over: that is what protects a database
//     against a program that only appends rows.
//
// A database is foreign input. What is read is bounded, what is no table is not
// asked, and nothing in it is executed.
package nssdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a database.
const (
	certFile   = "cert9.db"
	keyFile    = "key4.db"
	moduleFile = "pkcs11.txt"
)

// Files lists the files that make up a database.
func Files() []string { return []string{certFile, keyFile, moduleFile} }

// Reason says why a database cannot be read or changed.
type Reason string

// The reasons.
const (
	Missing       Reason = "there is no database"
	Legacy        Reason = "the database has the format of before 2018"
	Damaged       Reason = "the database is damaged"
	Busy          Reason = "another program keeps the database locked"
	Denied        Reason = "the files belong to somebody else"
	ReadOnly      Reason = "the files are on a read-only file system"
	Locked        Reason = "the database has a primary password"
	WrongPassword Reason = "this is not the primary password"
	Unknown       Reason = "the database is protected in a way that is not known"
	Collision     Reason = "another certificate with the same issuer and serial number is there"
	Failed        Reason = "the system failed"
)

// Error is a database that could not be read or changed. Nothing was changed.
type Error struct {
	Reason Reason
	Path   string // the file or folder
	Err    error  // more about it, or nil
}

// Error gives reason and place on one line.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Path, e.Reason, e.Err)
	}
	return e.Path + ": " + string(e.Reason)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// ReasonOf gives the reason of an error of this package, or Failed.
func ReasonOf(err error) Reason {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure.Reason
	}
	return Failed
}

// DB is the database in a folder. It holds no file open between calls.
type DB struct{ folder string }

// Open finds the database in the folder. It reads nothing yet.
func Open(folder string) (*DB, error) {
	d := &DB{folder: folder}
	info, err := os.Stat(d.path(certFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for _, old := range []string{"cert8.db", "key3.db"} {
			if _, err := os.Stat(d.path(old)); err == nil {
				return nil, &Error{Reason: Legacy, Path: d.path(old)}
			}
		}
		return nil, &Error{Reason: Missing, Path: folder, Err: fs.ErrNotExist}
	case err != nil:
		return nil, d.failed(certFile, err)
	case !info.Mode().IsRegular():
		return nil, &Error{Reason: Damaged, Path: d.path(certFile), Err: errors.New("not a file")}
	}
	return d, nil
}

func (d *DB) path(name string) string { return filepath.Join(d.folder, name) }

func (d *DB) has(name string) bool {
	_, err := os.Stat(d.path(name))
	return err == nil
}
