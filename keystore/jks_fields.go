package keystore

import (
	"encoding/binary"
	"errors"
	"io"
	"time"
)

// Entries of a JKS file, version 2 (sun.security.provider.JavaKeyStore).
const (
	jksVersion    = 2
	jksKeyEntry   = 1
	jksTrustEntry = 2
	jksDigest     = 20 // SHA-1

	jksCertificate = "X.509"
)

// rawEntries walks over the fields of a JKS file and gives the bytes of each
// entry, without its alias. That is done before the library reads it, which makes
// room for whatever length a field claims, perhaps four gigabytes; and what was
// written is compared by it, because the library shows keys to nobody without
// their own password.
func rawEntries(data []byte) (map[string]string, error) {
	r := fields{rest: data}
	if r.number() != jksMagic || r.number() != jksVersion {
		return nil, errors.New("a version of JKS that is not known")
	}
	entries := map[string]string{}
	for count := r.number(); count > 0 && r.err == nil; count-- {
		kind := r.number()
		alias := string(r.text())
		body := r.rest
		r.take(8) // when it was made
		switch kind {
		case jksTrustEntry:
			r.certificate()
		case jksKeyEntry:
			r.take(r.number())
			for chain := r.number(); chain > 0 && r.err == nil; chain-- {
				r.certificate()
			}
		default:
			return nil, errors.Join(r.err, errors.New("an entry of a kind that is not known"))
		}
		if _, twice := entries[alias]; twice {
			return nil, errors.New("two entries of one name")
		}
		entries[alias] = string(binary.BigEndian.AppendUint32(nil, kind)) + string(body[:len(body)-len(r.rest)])
	}
	r.take(jksDigest)
	if r.err == nil && len(r.rest) > 0 {
		return nil, errors.New("bytes after its end")
	}
	return entries, r.err
}

// rawTrusted is what rawEntries gives for a trusted certificate.
func rawTrusted(made time.Time, der []byte) string {
	raw := binary.BigEndian.AppendUint32(nil, jksTrustEntry)
	raw = binary.BigEndian.AppendUint64(raw, uint64(made.UnixMilli())) //nolint:gosec // after 1970
	raw = binary.BigEndian.AppendUint16(raw, uint16(len(jksCertificate)))
	raw = append(raw, jksCertificate...)
	raw = binary.BigEndian.AppendUint32(raw, uint32(len(der))) //nolint:gosec // a certificate
	return string(append(raw, der...))
}

// trustedIn gives the certificate of one of rawEntries, if it is a trusted one.
func trustedIn(raw string) (der []byte, ok bool) {
	r := fields{rest: []byte(raw)}
	if r.number() != jksTrustEntry {
		return nil, false
	}
	r.take(8)
	r.text()
	der = r.take(r.number())
	return der, r.err == nil
}

// fields are taken off the front; after an error there are none.
type fields struct {
	rest []byte
	err  error
}

func (f *fields) take(n uint32) []byte {
	if f.err != nil || uint64(n) > uint64(len(f.rest)) {
		if f.err == nil {
			f.err = io.ErrUnexpectedEOF
		}
		f.rest = nil
		return nil
	}
	field := f.rest[:n]
	f.rest = f.rest[n:]
	return field
}

func (f *fields) number() uint32 {
	if field := f.take(4); field != nil {
		return binary.BigEndian.Uint32(field)
	}
	return 0
}

func (f *fields) text() []byte {
	if length := f.take(2); length != nil {
		return f.take(uint32(binary.BigEndian.Uint16(length)))
	}
	return nil
}

func (f *fields) certificate() {
	f.text() // jksCertificate
	f.take(f.number())
}
