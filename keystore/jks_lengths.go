package keystore

import (
	"encoding/binary"
	"errors"
	"io"
)

// Entries of a JKS file, version 2 (sun.security.provider.JavaKeyStore).
const (
	jksVersion    = 2
	jksKeyEntry   = 1
	jksTrustEntry = 2
	jksDigest     = 20 // SHA-1
)

// checkLengths walks over the fields of a JKS file. The library makes room for
// whatever length a field claims before it reads it, which may be four gigabytes.
func checkLengths(data []byte) error {
	r := fields{rest: data}
	if r.number() != jksMagic || r.number() != jksVersion {
		return errors.New("a version of JKS that is not known")
	}
	for count := r.number(); count > 0 && r.err == nil; count-- {
		kind := r.number()
		r.text() // alias
		r.take(8)
		switch kind {
		case jksTrustEntry:
			r.certificate()
		case jksKeyEntry:
			r.take(r.number())
			for chain := r.number(); chain > 0 && r.err == nil; chain-- {
				r.certificate()
			}
		default:
			return errors.Join(r.err, errors.New("an entry of a kind that is not known"))
		}
	}
	r.take(jksDigest)
	if r.err == nil && len(r.rest) > 0 {
		return errors.New("bytes after its end")
	}
	return r.err
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

func (f *fields) text() {
	if length := f.take(2); length != nil {
		f.take(uint32(binary.BigEndian.Uint16(length)))
	}
}

func (f *fields) certificate() {
	f.text() // "X.509"
	f.take(f.number())
}
