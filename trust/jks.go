package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// The Java KeyStore format, "JKS": a magic number, a version, and entries with
// big-endian lengths (sun.security.provider.JavaKeyStore). Read natively
// because it takes no Java start, which is most of a second each.
const (
	jksMagic      = 0xfeedfeed
	jksVersion    = 2
	jksKeyEntry   = 1
	jksTrustEntry = 2
)

// errNotJKS is a store in another format: PKCS#12, since Java 9 the default.
var errNotJKS = errors.New("not a JKS key store")

// javaHas tells whether a JKS file trusts the certificate.
func javaHas(path string, certificate *x509.Certificate) (bool, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return false, err
	}
	return jksHas(data, certificate)
}

// jksHas looks for the certificate among the trusted entries. Chains of key
// entries do not count: Java trusts nothing in them.
func jksHas(data []byte, certificate *x509.Certificate) (bool, error) {
	r := jksReader{rest: data}
	if r.number() != jksMagic {
		return false, errNotJKS
	}
	if r.number() != jksVersion {
		return false, errors.New("unknown version of a JKS key store")
	}
	found := false
	for count := r.number(); count > 0 && r.err == nil; count-- {
		kind := r.number()
		r.text()  // alias
		r.take(8) // date
		switch kind {
		case jksTrustEntry:
			found = bytes.Equal(r.certificate(), certificate.Raw) || found
		case jksKeyEntry:
			r.take(r.number())
			for chain := r.number(); chain > 0 && r.err == nil; chain-- {
				r.certificate()
			}
		default:
			return false, errors.New("unknown entry in a JKS key store")
		}
	}
	// A SHA-1 digest over password and content ends the file.
	if r.take(20); r.err == nil && len(r.rest) > 0 {
		r.err = errors.New("bytes after the end of a JKS key store")
	}
	return found && r.err == nil, r.err
}

// jksReader takes fields off the front; after an error it gives zeros.
type jksReader struct {
	rest []byte
	err  error
}

func (r *jksReader) take(n uint32) []byte {
	if r.err != nil || uint64(n) > uint64(len(r.rest)) {
		r.err = errors.Join(r.err, io.ErrUnexpectedEOF)
		r.rest = nil
		return nil
	}
	field := r.rest[:n]
	r.rest = r.rest[n:]
	return field
}

func (r *jksReader) number() uint32 {
	if field := r.take(4); field != nil {
		return binary.BigEndian.Uint32(field)
	}
	return 0
}

func (r *jksReader) text() []byte {
	if length := r.take(2); length != nil {
		return r.take(uint32(binary.BigEndian.Uint16(length)))
	}
	return nil
}

func (r *jksReader) certificate() []byte {
	r.text() // "X.509"
	return r.take(r.number())
}
