package certs

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"

	"software.sslmate.com/src/go-pkcs12"

	"devca/diag"
)

// EncodePKCS12 makes a PKCS#12 file (RFC 7292) with a key and its chain, leaf
// first. The modern form is PBES2 with AES-256 and a SHA-256 MAC: OpenSSL 1.1.1,
// Java 12 and 8u301, Windows 10 1709 and newer read it. The legacy form, 3DES
// and SHA-1, is for what is older, and for macOS's keychain before 15.
//
// The library sets no friendly name on the key, so Java shows the alias "1".
func EncodePKCS12(key crypto.PrivateKey, chain []*x509.Certificate, password string, legacy bool) ([]byte, error) {
	if key == nil || len(chain) == 0 {
		return nil, errors.New("a PKCS#12 file needs a key and a certificate")
	}
	encoder := pkcs12.Modern2023
	if legacy {
		encoder = pkcs12.LegacyDES
	}
	data, err := encoder.Encode(key, chain[0], chain[1:], password)
	if err != nil {
		return nil, fmt.Errorf("encoding PKCS#12: %w", err)
	}
	return data, nil
}

// PKCS12 is the content of a PKCS#12 file.
type PKCS12 struct {
	Key          crypto.PrivateKey   // nil where there is none, as in a trust store
	OtherKeys    []crypto.PrivateKey // Java's key stores may have several
	Certificates []*x509.Certificate // in the file's order: mostly the key's own first
}

// maxPKCS12Size bounds what is read; a file with a long chain has some kilobytes,
// a trust store with every public root half a megabyte.
const maxPKCS12Size = 16 << 20

// DecodePKCS12 reads a PKCS#12 file, with or without keys. Errors are *diag.Error;
// a wrong password has a code of its own.
func DecodePKCS12(data []byte, password string) (PKCS12, error) {
	if len(data) > maxPKCS12Size {
		return PKCS12{}, unreadablePKCS12(fmt.Errorf("it has %d bytes and the limit is %d", len(data), maxPKCS12Size))
	}
	if err := CheckPKCS12Rounds(data); err != nil {
		return PKCS12{}, unreadablePKCS12(err)
	}
	key, leaf, chain, err := pkcs12.DecodeChain(data, password)
	if err == nil {
		return PKCS12{Key: key, Certificates: append([]*x509.Certificate{leaf}, chain...)}, nil
	}
	var content PKCS12
	if !isPasswordError(err) {
		content, err = decodeParts(data, password)
	}
	switch {
	case err == nil:
		return content, nil
	case isPasswordError(err):
		return PKCS12{}, wrongPassword()
	}
	return PKCS12{}, unreadablePKCS12(err)
}

// isPasswordError tells a wrong password: by the MAC, or in a file without one by
// what decrypting gives. The library says that of a key in words only.
func isPasswordError(err error) bool {
	return errors.Is(err, pkcs12.ErrIncorrectPassword) || errors.Is(err, pkcs12.ErrDecryption) ||
		err != nil && strings.HasSuffix(err.Error(), pkcs12.ErrDecryption.Error())
}

func wrongPassword() error {
	return diag.New(diag.PKCS12Password, "the password does not open the PKCS#12 file").
		Fix("put the right one into a file's first line", "devca inspect FILE --password-file PASSWORD-FILE")
}

func unreadablePKCS12(err error) error {
	return diag.New(diag.PKCS12Unreadable, "the PKCS#12 file cannot be read").From(err).
		Fix("see what OpenSSL makes of it", "openssl pkcs12 -info -nokeys -in FILE")
}
