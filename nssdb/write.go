package nssdb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// Create makes an empty database in the folder, which is made, too, readable by
// its owner only as NSS does it. Its password is the empty one, as in a database
// that a browser makes.
func Create(ctx context.Context, folder string) error {
	if _, err := Open(folder); ReasonOf(err) != Missing {
		return err
	}
	d := &DB{folder: folder}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return d.failed("", err)
	}
	for _, file := range [][2]string{{keyFile, ""}, {moduleFile, modules(folder)}, {certFile, ""}} {
		if err := newFile(d.path(file[0]), file[1]); err != nil {
			return d.failed(file[0], err)
		}
	}
	return d.change(ctx, func(*change) error { return nil })
}

// newFile writes a file that is not there yet; one that is there stays.
func newFile(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// modules is the list of PKCS#11 modules, as NSS writes it: its own one only.
func modules(folder string) string {
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(folder)
	return `library=
name=NSS Internal PKCS #11 Module
parameters=configdir='sql:` + quoted + `' certPrefix='' keyPrefix='' secmod='secmod.db' flags= updatedir='' updateCertPrefix='' updateKeyPrefix='' updateid='' updateTokenDescription='' ` + `
NSS=Flags=internal,critical trustOrder=75 cipherOrder=100 slotParams=(1={slotFlags=[ECC,RSA,DSA,DH,RC2,RC4,DES,RANDOM,SHA1,MD5,MD2,SSL,TLS,AES,Camellia,SEED,SHA256,SHA512] askpw=any timeout=30})

`
}

// Add puts the certificate into the database as a CA trusted for TLS servers, or
// makes one that is there already trusted. A database with a primary password
// wants it: without MACs NSS would refuse the root, and never again change the
// password.
func (d *DB) Add(ctx context.Context, certificate *x509.Certificate, nickname, password string) error {
	if !d.has(keyFile) && d.has("key3.db") {
		return &Error{Reason: Legacy, Path: d.path("key3.db")}
	}
	return d.change(ctx, func(c *change) error {
		if err := c.unlock(password); err != nil {
			return err
		}
		wanted := certificateObject(certificate, nickname)
		present := false
		for _, o := range c.objects {
			switch {
			case !o.sameSerial(wanted):
			case o.class != classCertificate:
				if err := c.remove(o.id); err != nil {
					return err
				}
			case bytes.Equal(o.values[ckaValue], certificate.Raw):
				present = true
			default:
				return &Error{Reason: Collision, Path: d.path(certFile), Err: fmt.Errorf("it is called %q", o.values[ckaLabel])}
			}
		}
		if !present {
			if err := c.insert(wanted, certificate, false); err != nil {
				return err
			}
		}
		return c.insert(trustObject(certificate), certificate, true)
	})
}

// Remove takes the certificate and all that is said about it out of the
// database. It needs no password.
func (d *DB) Remove(ctx context.Context, certificate *x509.Certificate) error {
	return d.change(ctx, func(c *change) error {
		wanted := certificateObject(certificate, "")
		for _, o := range c.objects {
			same := o.sameSerial(wanted) && (o.class == classCertificate || o.about(certificate.Raw))
			if same && o.class == classCertificate {
				same = bytes.Equal(o.values[ckaValue], certificate.Raw)
			}
			if same {
				if err := c.remove(o.id); err != nil {
					return err
				}
			}
		}
		// An Add that was killed between its two files left MACs behind.
		id := preferredID(certificate, classNSSTrust, 0)
		if !c.taken(id) {
			return c.removeMACs(id)
		}
		return nil
	})
}

// Empty tells whether the database holds nothing of anybody: no certificate, no
// key and no password.
func (d *DB) Empty(ctx context.Context) (bool, error) {
	for _, part := range []struct{ name, table string }{{certFile, "nssPublic"}, {keyFile, "nssPrivate"}} {
		if !d.has(part.name) {
			continue
		}
		db, done, err := d.reading(ctx, part.name)
		if err != nil {
			return false, d.failed(part.name, err)
		}
		empty, err := emptyTable(ctx, db, part.table)
		if err == nil && part.name == keyFile && empty {
			empty, err = noPassword(ctx, db)
		}
		done()
		if err != nil {
			return false, d.failed(part.name, err)
		}
		if !empty {
			return false, nil
		}
	}
	return true, nil
}

func emptyTable(ctx context.Context, db *sql.DB, table string) (bool, error) {
	there, err := tables(ctx, db, table)
	if err != nil || !there[table] {
		return err == nil, err
	}
	var n int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+table+" LIMIT 1)").Scan(&n)
	return n == 0, err
}

func noPassword(ctx context.Context, db *sql.DB) (bool, error) {
	row, err := readPassword(ctx, db)
	if row == nil || err != nil {
		return err == nil, err
	}
	_, empty, err := row.unlock("")
	return empty, err
}

// change is a database while it is changed.
type change struct {
	ctx     context.Context
	db      *DB
	cert    *sql.Conn
	key     *sql.Conn // nil if there is no key4.db
	objects []object
	columns []string
	row     *passwordRow // nil if no password was ever set
	passKey []byte
	rounds  int
}

// change locks both files, in the order in which NSS does it, and calls f. Of
// what f did, the MACs become visible first: a kill between the two leaves MACs
// of nothing, or a certificate that is not trusted, and the same change again
// completes it.
func (d *DB) change(ctx context.Context, f func(*change) error) error {
	c := &change{ctx: ctx, db: d}
	closeCert, err := d.begin(ctx, certFile, &c.cert, c.loadCert)
	if err != nil {
		return d.failed(certFile, err)
	}
	defer closeCert()
	if d.has(keyFile) {
		closeKey, err := d.begin(ctx, keyFile, &c.key, c.loadKey)
		if err != nil {
			return d.failed(keyFile, err)
		}
		defer closeKey()
	}
	if err := f(c); err != nil {
		return d.failed(certFile, err)
	}
	if c.key != nil {
		if _, err := c.key.ExecContext(ctx, "COMMIT"); err != nil {
			return d.failed(keyFile, err)
		}
	}
	if _, err := c.cert.ExecContext(ctx, "COMMIT"); err != nil {
		return d.failed(certFile, err)
	}
	return nil
}

// begin opens a file, locks it and loads what is in it.
func (d *DB) begin(ctx context.Context, name string, into **sql.Conn, load func(*sql.Conn) error) (end func(), err error) {
	if err := plausible(d.path(name)); err != nil {
		return nil, err
	}
	db, err := d.connect(ctx, name, true)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	end = func() {
		// After COMMIT there is nothing to take back, and SQLite says so.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		_ = conn.Close()
		_ = db.Close()
	}
	if _, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err == nil {
		err = load(conn)
	}
	if err != nil {
		end()
		return nil, err
	}
	*into = conn
	return end, nil
}

// loadCert reads cert9.db, after making the table if it has none: NSS, too,
// takes an empty file for a new database.
func (c *change) loadCert(conn *sql.Conn) error {
	err := c.ensure(conn, "nssPublic", schema("nssPublic"))
	if err != nil {
		return err
	}
	if c.columns, err = columns(c.ctx, conn, "nssPublic"); err != nil {
		return err
	}
	c.objects, err = queryObjects(c.ctx, conn, c.columns)
	return err
}

// loadKey reads the password of key4.db, after setting the empty one if the file
// is new.
func (c *change) loadKey(conn *sql.Conn) error {
	if err := c.ensure(conn, "nssPrivate", append(schema("nssPrivate"), metaData)); err != nil {
		return err
	}
	row, err := readPassword(c.ctx, conn)
	c.row = row
	return err
}

// ensure makes the tables of a file that has none.
func (c *change) ensure(conn *sql.Conn, table string, statements []string) error {
	var n int
	if err := conn.QueryRowContext(c.ctx, "SELECT count(*) FROM sqlite_master").Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		there, err := tables(c.ctx, conn, table)
		if err == nil && !there[table] {
			err = &Error{Reason: Damaged, Path: c.db.folder, Err: errors.New("no table " + table)}
		}
		return err
	}
	for _, statement := range statements {
		if _, err := conn.ExecContext(c.ctx, statement); err != nil {
			return err
		}
	}
	if table != "nssPrivate" {
		return nil
	}
	row, err := newPassword("")
	if err == nil {
		_, err = conn.ExecContext(c.ctx, "INSERT INTO metaData (id, item1, item2) VALUES ('password', ?, ?)", row.salt, row.check)
	}
	return err
}

// unlock finds the key that signs.
func (c *change) unlock(password string) error {
	if c.row == nil {
		return nil
	}
	path := c.db.path(keyFile)
	for _, attempt := range slices.Compact([]string{"", password}) {
		key, right, err := c.row.unlock(attempt)
		if err != nil {
			return &Error{Reason: Unknown, Path: path, Err: err}
		}
		if right {
			c.passKey, c.rounds = key, iterations(attempt)
			return nil
		}
	}
	if password == "" {
		return &Error{Reason: Locked, Path: path}
	}
	return &Error{Reason: WrongPassword, Path: path}
}

// preferredID is the id of an object of ours. It follows from the certificate,
// so that after a kill the rows of the attempt before are found again.
func preferredID(certificate *x509.Certificate, class uint32, attempt int) int64 {
	sum := sha256.Sum256(append(number(class+uint32(attempt)), certificate.Raw...))
	return int64(binary.BigEndian.Uint32(sum[:])&0x3fffffff | 1)
}

func (c *change) taken(id int64) bool {
	var n int
	row := c.cert.QueryRowContext(c.ctx, "SELECT count(*) FROM nssPublic WHERE id = ?", id)
	return row.Scan(&n) != nil || n > 0
}

// insert adds a row, and under a password the MACs of a trust object.
func (c *change) insert(o object, certificate *x509.Certificate, signed bool) error {
	attempt := 0
	for o.id = preferredID(certificate, o.class, attempt); c.taken(o.id); o.id = preferredID(certificate, o.class, attempt) {
		if attempt++; attempt > 100 {
			return errors.New("no free id")
		}
	}
	names, marks, values := []string{"id"}, []string{"?"}, []any{o.id}
	for a, value := range o.values {
		if !slices.Contains(c.columns, a.column()) {
			return &Error{Reason: Damaged, Path: c.db.path(certFile), Err: errors.New("no column " + a.column())}
		}
		names, marks, values = append(names, a.column()), append(marks, "?"), append(values, value)
	}
	query := "INSERT INTO nssPublic (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	if _, err := c.cert.ExecContext(c.ctx, query, values...); err != nil {
		return err
	}
	if !signed || c.passKey == nil {
		return nil
	}
	for _, a := range authenticated(o.class) {
		mac, err := sign(c.passKey, c.rounds, o.id, a, o.values[a])
		if err != nil {
			return err
		}
		if _, err := c.key.ExecContext(c.ctx, "INSERT OR REPLACE INTO metaData (id, item1) VALUES (?, ?)", macName(o.id, a), mac); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes a row and its MACs.
func (c *change) remove(id int64) error {
	if _, err := c.cert.ExecContext(c.ctx, "DELETE FROM nssPublic WHERE id = ?", id); err != nil {
		return err
	}
	return c.removeMACs(id)
}

func (c *change) removeMACs(id int64) error {
	if c.row == nil {
		return nil
	}
	first, end := macRange(id)
	_, err := c.key.ExecContext(c.ctx, "DELETE FROM metaData WHERE id >= ? AND id < ?", first, end)
	return err
}
