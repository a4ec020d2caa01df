package nssdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"modernc.org/sqlite" // and its driver
)

// patience is how long another program may keep a database locked, in
// milliseconds. Browsers hold a lock for the length of one change.
const patience = 5000

// maximumFile is far above any database of a browser (0.3 to 20 MB).
const maximumFile = 512 << 20

// connect opens one file of a database. Reading leaves no trace: neither a
// journal nor an access to one that another program left.
func (d *DB) connect(ctx context.Context, name string, write bool) (*sql.DB, error) {
	return connect(ctx, d.path(name), write)
}

func connect(ctx context.Context, path string, write bool) (*sql.DB, error) {
	mode := "ro"
	if write {
		mode = "rw"
	}
	db, err := sql.Open("sqlite", source(path, mode))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	// Opening is lazy; this meets what keeps the file from being read.
	if _, err := db.ExecContext(ctx, "SELECT count(*) FROM sqlite_master"); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// source names the file for SQLite. The path is escaped: in a URI "?", "#" and
// "%" mean something.
func source(path, mode string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") && filepath.IsAbs(path) {
		path = "/" + path // C:/...
	}
	escaped := (&url.URL{Path: path}).EscapedPath()
	return fmt.Sprintf("file:%s?mode=%s&_defensive=1&_dqs=0&_pragma=busy_timeout(%d)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)",
		escaped, mode, patience)
}

// reading opens a file to be read. A journal that a killed program left can only
// be read by rolling it back, and a write-ahead log only with files beside it;
// both happen on a copy, because reading must not change anything.
func (d *DB) reading(ctx context.Context, name string) (db *sql.DB, done func(), err error) {
	if err := plausible(d.path(name)); err != nil {
		return nil, nil, err
	}
	if !writeAhead(d.path(name)) {
		db, err := d.connect(ctx, name, false)
		if err == nil {
			return db, func() { _ = db.Close() }, nil
		}
		if !leftJournal(err) {
			return nil, nil, err
		}
	}
	folder, err := os.MkdirTemp("", "devca-nss-")
	if err != nil {
		return nil, nil, err
	}
	drop := func() { _ = os.RemoveAll(folder) }
	for _, suffix := range []string{"", "-journal", "-wal"} {
		if err := copyFile(d.path(name)+suffix, filepath.Join(folder, name)+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			drop()
			return nil, nil, err
		}
	}
	db, err = connect(ctx, filepath.Join(folder, name), true)
	if err != nil {
		drop()
		return nil, nil, err
	}
	return db, func() { _ = db.Close(); drop() }, nil
}

// plausible refuses what is no file, or larger than any database.
func plausible(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maximumFile {
		return &Error{Reason: Damaged, Path: path, Err: errors.New("not a file of a plausible size")}
	}
	// SQLite says of a file it may not read only that it cannot open it.
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return file.Close()
}

// writeAhead tells whether the header names a write-ahead log (SQLite's file
// format, 1.3.3).
func writeAhead(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	header := make([]byte, 20)
	_, err = io.ReadFull(file, header)
	return err == nil && header[19] == 2
}

func copyFile(from, to string) error {
	if err := plausible(from); err != nil {
		return err
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, io.LimitReader(source, maximumFile))
	return errors.Join(err, target.Close())
}

// Result codes of SQLite (sqlite3.h); the lower byte is the kind.
const (
	codePerm     = 3
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIO       = 10
	codeCorrupt  = 11
	codeNotFound = 12
	codeCantOpen = 14
	codeFormat   = 24
	codeNotADB   = 26

	codeReadOnlyRollback = codeReadOnly | 3<<8 // a journal must be rolled back first
)

func codeOf(err error) int {
	if failure, ok := errors.AsType[*sqlite.Error](err); ok {
		return failure.Code()
	}
	return 0
}

func leftJournal(err error) bool { return codeOf(err) == codeReadOnlyRollback }

// failed makes an Error of what went wrong with a file of the database.
func (d *DB) failed(name string, err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	failure := &Error{Reason: Failed, Path: d.path(name), Err: err}
	switch {
	case errors.Is(err, fs.ErrPermission):
		failure.Reason = Denied
	case errors.Is(err, syscall.EROFS):
		failure.Reason = ReadOnly
	case errors.Is(err, fs.ErrNotExist):
		failure.Reason = Missing
	}
	switch codeOf(err) & 0xff {
	case codeBusy, codeLocked:
		failure.Reason = Busy
	case codeCorrupt, codeNotADB, codeFormat:
		failure.Reason = Damaged
	case codePerm, codeReadOnly, codeCantOpen, codeIO:
		failure.Reason = d.whyNot(name)
	}
	return failure
}

// whyNot finds out why SQLite cannot write, which it does not say. It tries with
// a file beside the database, as SQLite's journal would be.
func (d *DB) whyNot(name string) Reason {
	file, err := os.OpenFile(d.path(name), os.O_RDWR, 0)
	if err == nil {
		_ = file.Close()
		if file, err = os.CreateTemp(d.folder, ".devca-"); err == nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return Denied
	case errors.Is(err, syscall.EROFS):
		return ReadOnly
	}
	return Failed
}

// tables tells which of the tables are there and really tables: a view could
// compute for ever.
func tables(ctx context.Context, db querier, names ...string) (map[string]bool, error) {
	there := map[string]bool{}
	for _, name := range names {
		var n int
		err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ? AND sql LIKE 'CREATE TABLE %'", name).Scan(&n)
		if err != nil {
			return nil, err
		}
		there[name] = n > 0
	}
	return there, nil
}

// columns lists the columns of a table.
func columns(ctx context.Context, db querier, table string) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM pragma_table_info(?) LIMIT 2000", table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
