package nssdb

import (
	"bytes"
	"context"
	"crypto/x509"
	"database/sql"
	"slices"
	"strings"
)

// Trust is what a trust object says about the certificates of TLS servers.
type Trust string

// What a trust object can say. A reader takes Unsigned as if the object were not
// there.
const (
	None        Trust = ""            // there is no object
	Anchor      Trust = "trusted"     // a CA whose certificates are accepted
	Refused     Trust = "distrusted"  // not even below another CA
	Unspecified Trust = "unspecified" // nothing special
	Unsigned    Trust = "unsigned"    // trusted, if its MACs were there and right
)

// Certificate is one certificate of a database and what is said about it.
type Certificate struct {
	DER      []byte
	Nickname string
	NSS      Trust // by the object that every NSS reads
	Standard Trust // by the object of PKCS#11 3.2, which NSS 3.114 and later prefers
}

// Verdict is what a program with NSS 3.114 or later concludes, and with an older one.
func (c Certificate) Verdict() (now, older Trust) {
	if c.Standard != None {
		return c.Standard, c.NSS
	}
	return c.NSS, c.NSS
}

// Bounds for what is read from a database. A root has 1 to 3 kB.
const (
	maximumValue   = 256 << 10
	maximumObjects = 100_000
)

// Certificates lists the certificates with what is said about each.
func (d *DB) Certificates(ctx context.Context) ([]Certificate, error) {
	objects, err := d.objects(ctx)
	if err != nil {
		return nil, err
	}
	seals, err := d.seals(ctx, objects)
	if err != nil {
		return nil, err
	}
	var found []Certificate
	for _, o := range objects {
		der := o.values[ckaValue]
		if o.class != classCertificate || len(der) == 0 {
			continue
		}
		certificate := Certificate{DER: der, Nickname: string(o.values[ckaLabel])}
		certificate.NSS = judge(objects, o, classNSSTrust, seals)
		certificate.Standard = judge(objects, o, classTrust, seals)
		found = append(found, certificate)
	}
	return found, nil
}

// Find gives the entry of one certificate, and whether there is one.
func (d *DB) Find(ctx context.Context, certificate *x509.Certificate) (Certificate, bool, error) {
	all, err := d.Certificates(ctx)
	for _, c := range all {
		if bytes.Equal(c.DER, certificate.Raw) {
			return c, true, nil
		}
	}
	return Certificate{}, false, err
}

// judge reads the trust object of a kind that a reader finds for the
// certificate: the first one with its issuer and serial number
// (nssToken_FindTrustForCertificate), if it is about this certificate.
func judge(objects []object, certificate object, class uint32, s seals) Trust {
	at := slices.IndexFunc(objects, func(o object) bool { return o.class == class && o.sameSerial(certificate) })
	if at < 0 || !objects[at].about(certificate.values[ckaValue]) {
		return None
	}
	said := objects[at].says()
	if said == Anchor && !s.sealed(objects[at]) {
		return Unsigned
	}
	return said
}

func (o object) sameSerial(other object) bool {
	return bytes.Equal(o.values[ckaIssuer], other.values[ckaIssuer]) &&
		bytes.Equal(o.values[ckaSerialNumber], other.values[ckaSerialNumber])
}

// objects reads the certificates and trust objects of cert9.db.
func (d *DB) objects(ctx context.Context) ([]object, error) {
	db, done, err := d.reading(ctx, certFile)
	if err != nil {
		return nil, d.failed(certFile, err)
	}
	defer done()
	objects, err := readObjects(ctx, db)
	if err != nil {
		return nil, d.failed(certFile, err)
	}
	return objects, nil
}

// querier is a database or a connection in a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func readObjects(ctx context.Context, db querier) ([]object, error) {
	there, err := tables(ctx, db, "nssPublic")
	if err != nil || !there["nssPublic"] {
		return nil, err
	}
	names, err := columns(ctx, db, "nssPublic")
	if err != nil {
		return nil, err
	}
	return queryObjects(ctx, db, names)
}

// queryObjects reads what of the wanted attributes the table has; older
// databases lack the newer ones.
func queryObjects(ctx context.Context, db querier, names []string) ([]object, error) {
	var attributes []attribute
	var query strings.Builder
	query.WriteString("SELECT id")
	for _, a := range wanted() {
		if slices.Contains(names, a.column()) {
			attributes = append(attributes, a)
			// What is too large to be meant is not even loaded.
			query.WriteString(", CASE WHEN typeof(" + a.column() + ") = 'blob' AND length(" + a.column() + ") <= ? THEN " + a.column() + " END")
		}
	}
	query.WriteString(" FROM nssPublic WHERE typeof(id) = 'integer' AND a0 IN (?, ?, ?) ORDER BY rowid LIMIT ?")
	if !slices.Contains(names, "id") || !slices.Contains(attributes, ckaClass) {
		return nil, nil
	}
	var bounds []any
	for range attributes {
		bounds = append(bounds, maximumValue)
	}
	bounds = append(bounds, number(classCertificate), number(classTrust), number(classNSSTrust), maximumObjects)
	rows, err := db.QueryContext(ctx, query.String(), bounds...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var objects []object
	for rows.Next() {
		o := object{values: map[attribute][]byte{}}
		cells := make([][]byte, len(attributes))
		into := []any{&o.id}
		for i := range cells {
			into = append(into, &cells[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, cell := range cells {
			if cell != nil && !bytes.Equal(cell, null()) {
				o.values[attributes[i]] = cell
			}
		}
		o.class = numberOf(o.values[ckaClass])
		objects = append(objects, o)
	}
	return objects, rows.Err()
}

// wanted lists the attributes that matter here.
func wanted() []attribute {
	list := []attribute{ckaClass, ckaLabel, ckaValue, ckaIssuer, ckaSerialNumber}
	return append(append(list, authenticated(classNSSTrust)...), authenticated(classTrust)...)
}

// seals are what key4.db says about the genuineness of trust objects.
type seals struct {
	none bool   // no password was ever set: nothing is signed, and NSS signs later
	key  []byte // of the empty password, or nil when the password is another
	macs map[string][]byte
}

// sealed tells whether a reader believes the trust object. Under a primary
// password that nobody typed yet, NSS believes what it cannot check; what has
// no MACs at all is refused as soon as somebody types it.
func (s seals) sealed(o object) bool {
	if s.none {
		return true
	}
	for _, a := range authenticated(o.class) {
		value, there := o.values[a]
		if !there {
			continue
		}
		mac := s.macs[macName(o.id, a)]
		if mac == nil || s.key != nil && !verify(s.key, o.id, a, value, mac) {
			return false
		}
	}
	return true
}

// seals reads the MACs of the trust objects.
func (d *DB) seals(ctx context.Context, objects []object) (seals, error) {
	if !d.has(keyFile) {
		return seals{none: true}, nil
	}
	db, done, err := d.reading(ctx, keyFile)
	if err != nil {
		return seals{}, d.failed(keyFile, err)
	}
	defer done()
	row, err := readPassword(ctx, db)
	if err != nil {
		return seals{}, d.failed(keyFile, err)
	}
	if row == nil {
		return seals{none: true}, nil
	}
	s := seals{macs: map[string][]byte{}}
	key, right, err := row.unlock("")
	if err != nil {
		return seals{}, &Error{Reason: Unknown, Path: d.path(keyFile), Err: err}
	}
	if right {
		s.key = key
	}
	for _, o := range objects {
		if o.class == classCertificate {
			continue
		}
		if err := readMACs(ctx, db, o.id, s.macs); err != nil {
			return seals{}, d.failed(keyFile, err)
		}
	}
	return s, nil
}

// readPassword gives the row "password", or nil if there is none.
func readPassword(ctx context.Context, db querier) (*passwordRow, error) {
	there, err := tables(ctx, db, "metaData")
	if err != nil || !there["metaData"] {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, "SELECT CAST(item1 AS BLOB), CAST(item2 AS BLOB) FROM metaData WHERE id = 'password' AND length(item1) <= ?1 AND length(item2) <= ?1", maximumValue)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	var row passwordRow
	return &row, rows.Scan(&row.salt, &row.check)
}

func readMACs(ctx context.Context, db querier, id int64, into map[string][]byte) error {
	first, end := macRange(id)
	rows, err := db.QueryContext(ctx, "SELECT id, item1 FROM metaData WHERE id >= ? AND id < ? AND length(item1) <= ? LIMIT 100", first, end, maximumValue)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var mac []byte
		if err := rows.Scan(&name, &mac); err != nil {
			return err
		}
		into[name] = mac
	}
	return rows.Err()
}

// macRange are the bounds of the names of all MACs of an object: "`" comes after "_".
func macRange(id int64) (first, end string) {
	first = macPrefix(id)
	return first, first[:len(first)-1] + "`"
}
