// Package keystore reads and changes the trust stores of Java, cacerts, without
// a Java: JKS, and PKCS#12 with and without a password. A store keeps its format,
// its password and all other entries.
//
// Its bytes say what a store is, not the version of Java: Java 9 to 17 come with
// JKS, 18 and later with PKCS#12 without a password, and both read both.
package keystore

import (
	"crypto/x509"
	"encoding/binary"
	"errors"
	"maps"
)

// Format is how a store is written.
type Format string

// The formats.
const (
	JKS    Format = "JKS"
	PKCS12 Format = "PKCS12"
)

// Why a store is not read or not written here.
var (
	// ErrFormat is a file that is neither.
	ErrFormat = errors.New("neither a JKS nor a PKCS#12 store")
	// ErrJCEKS is a store of the third format, which a Java takes for its trust
	// store only when its java.security says so.
	ErrJCEKS = errors.New("a JCEKS store, which is not supported")
	// ErrPassword is a store that the password does not open.
	ErrPassword = errors.New("the password does not open the store")
	// ErrForeign is a store of Java with something in it that is not read here, or
	// that would not be written as it was. Java's own keytool can do both.
	ErrForeign = errors.New("the store has something that only keytool keeps")
)

// maxSize is far above a store with every public root (0.2 MB) and bounds what a
// foreign file can cost.
const maxSize = 32 << 20

// Entry is a certificate that the store trusts.
type Entry struct {
	Alias       string
	Certificate *x509.Certificate
}

// Store is a store in memory.
type Store struct {
	format   Format
	contents contents
}

// contents is what the formats have in common.
type contents interface {
	entries() []Entry
	named() bool
	// everything has each entry to the last byte, keys and dates included, by alias.
	everything() map[string]string
	add(Entry) error
	remove(aliases []string)
	bytes() ([]byte, error)
}

// Read reads a store. Errors wrap one of those above, or say what is wrong with
// the file. With ErrPassword there is a store all the same when it is a JKS: its
// password is for a sum at the end, which no Java checks when it reads the roots
// that it trusts, as it is started without a password for them. Such a store is
// to be looked at; Bytes gives ErrPassword.
func Read(data []byte, password string) (*Store, error) {
	if len(data) > maxSize {
		return nil, errors.New("the store is larger than 32 MB")
	}
	var store *Store
	var err error
	switch {
	case len(data) >= 4 && binary.BigEndian.Uint32(data) == jksMagic:
		store = &Store{format: JKS}
		store.contents, err = readJKS(data, password)
	case len(data) >= 4 && binary.BigEndian.Uint32(data) == jceksMagic:
		return nil, ErrJCEKS
	case len(data) > 0 && data[0] == 0x30:
		store = &Store{format: PKCS12}
		store.contents, err = readPKCS12(data, password)
	default:
		return nil, ErrFormat
	}
	if store.format == JKS && errors.Is(err, ErrPassword) {
		return store, err
	}
	if err != nil {
		return nil, err
	}
	return store, nil
}

// Format is the format that the store has and keeps.
func (s *Store) Format() Format { return s.format }

// Entries lists what the store trusts.
func (s *Store) Entries() []Entry { return s.contents.entries() }

// Named tells whether the aliases are known. A store of before 2021 hides them in
// an encryption that is not read here; they are empty, and it is not written.
func (s *Store) Named() bool { return s.contents.named() }

// Aliases lists the names under which the store trusts the certificate.
func (s *Store) Aliases(certificate *x509.Certificate) []string {
	var aliases []string
	for _, entry := range s.contents.entries() {
		if entry.Certificate.Equal(certificate) {
			aliases = append(aliases, entry.Alias)
		}
	}
	return aliases
}

// Add trusts a certificate under the alias. One that is trusted already stays so.
func (s *Store) Add(alias string, certificate *x509.Certificate) error {
	if len(s.Aliases(certificate)) > 0 {
		return nil
	}
	for _, entry := range s.contents.entries() {
		if entry.Alias == alias {
			return errors.New("another certificate has the alias " + alias)
		}
	}
	return s.contents.add(Entry{alias, certificate})
}

// Remove takes the certificate out, whatever its aliases.
func (s *Store) Remove(certificate *x509.Certificate) { s.contents.remove(s.Aliases(certificate)) }

// Bytes is the store as a file. It was read again, and has exactly the entries
// that it should have, with keys and dates.
func (s *Store) Bytes(password string) ([]byte, error) {
	data, err := s.contents.bytes()
	if err != nil {
		return nil, err
	}
	again, err := Read(data, password)
	if err != nil {
		return nil, err
	}
	if again.format != s.format || !maps.Equal(again.contents.everything(), s.contents.everything()) {
		return nil, ErrForeign
	}
	return data, nil
}
