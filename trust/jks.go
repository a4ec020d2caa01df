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

// readJKS gives the aliases under which a JKS file trusts the certificate.
func readJKS(path string, certificate *x509.Certificate) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return findJKS(data, certificate)
}

// findJKS looks for the certificate among the trusted entries. Chains of key
// entries do not count: Java trusts nothing in them.
func findJKS(data []byte, certificate *x509.Certificate) ([]string, error) {
	r := jksReader{rest: data}
	if r.number() != jksMagic {
		return nil, errNotJKS
	}
	if r.number() != jksVersion {
		return nil, errors.New("unknown version of a JKS key store")
	}
	var aliases []string
	for count := r.number(); count > 0 && r.err == nil; count-- {
		kind := r.number()
		alias := string(r.text())
		r.take(8) // date
		switch kind {
		case jksTrustEntry:
			if bytes.Equal(r.certificate(), certificate.Raw) && r.err == nil {
				aliases = append(aliases, alias)
			}
		case jksKeyEntry:
			r.take(r.number())
			for chain := r.number(); chain > 0 && r.err == nil; chain-- {
				r.certificate()
			}
		default:
			return nil, errors.New("unknown entry in a JKS key store")
		}
	}
	// A SHA-1 digest over password and content ends the file.
	if r.take(20); r.err == nil && len(r.rest) > 0 {
		r.err = errors.New("bytes after the end of a JKS key store")
	}
	if r.err != nil {
		return nil, r.err
	}
	return aliases, nil
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
