package keystore

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"

	"software.sslmate.com/src/go-pkcs12"

	"devca/certs"
)

// javaRounds are the rounds of key derivation that Java itself writes for
// certificates and MAC since 2021 (JDK-8267599).
const javaRounds = 10_000

// trustStore is a PKCS#12 store in which everything is a trusted certificate. The
// library checks its MAC, decrypts it and writes it; only the names of the
// entries, which the library reads past, are read in aliases.go.
type trustStore struct {
	trusted  []Entry
	password string
	encoder  *pkcs12.Encoder // nil: what is written would not be what was read
	unnamed  bool            // the names could not be read
}

func readPKCS12(data []byte, password string) (*trustStore, error) {
	if err := certs.CheckPKCS12Rounds(data); err != nil {
		return nil, err
	}
	certificates, opens, err := decode(data, password)
	if err != nil {
		if !errors.Is(err, ErrPassword) && isPKCS12(data) {
			// A key beside the roots, one that Go cannot read, a kind of encryption that
			// the library does not know: whole, and not for this package.
			err = fmt.Errorf("%w: %w", ErrForeign, err)
		}
		return nil, err
	}
	store := &trustStore{password: opens}
	bags, shape, err := readBags(data, opens)
	if err != nil || len(bags) != len(certificates) {
		// Readable, as a whole; how it is built is not known.
		store.unnamed = true
		for _, certificate := range certificates {
			store.trusted = append(store.trusted, Entry{Certificate: certificate})
		}
		return store, nil
	}
	plain := true
	seen := map[string]bool{}
	for i, bag := range bags {
		// Java takes aliases that differ in case for one.
		name := strings.ToLower(bag.alias)
		plain = plain && bag.plain && !seen[name]
		seen[name] = true
		store.trusted = append(store.trusted, Entry{bag.alias, certificates[i]})
	}
	switch {
	case !plain:
	case shape == shapeOpen:
		store.encoder = pkcs12.Passwordless
	case shape == shapeModern:
		store.encoder = pkcs12.Modern2023.WithIterations(javaRounds)
	}
	return store, nil
}

// decode tries the password and, for a store without one, none.
func decode(data []byte, password string) (certificates []*x509.Certificate, opens string, err error) {
	certificates, err = pkcs12.DecodeTrustStore(data, "")
	if err == nil {
		return certificates, "", nil
	}
	if password != "" {
		certificates, err = pkcs12.DecodeTrustStore(data, password)
	}
	switch {
	case err == nil:
		return certificates, password, nil
	case errors.Is(err, pkcs12.ErrIncorrectPassword) || errors.Is(err, pkcs12.ErrDecryption):
		return nil, "", ErrPassword
	}
	return nil, "", err
}

func (s *trustStore) named() bool { return !s.unnamed }

func (s *trustStore) entries() []Entry { return s.trusted }

func (s *trustStore) everything() map[string]string {
	all := map[string]string{}
	for _, entry := range s.trusted {
		all[entry.Alias] = string(entry.Certificate.Raw)
	}
	return all
}

func (s *trustStore) add(entry Entry) error {
	if s.encoder == nil {
		return ErrForeign
	}
	s.trusted = append(s.trusted, entry)
	return nil
}

func (s *trustStore) remove(aliases []string) { s.trusted = without(s.trusted, aliases) }

func without(entries []Entry, aliases []string) []Entry {
	return slices.DeleteFunc(entries, func(e Entry) bool { return slices.Contains(aliases, e.Alias) })
}

func (s *trustStore) bytes() ([]byte, error) {
	if s.encoder == nil {
		return nil, ErrForeign
	}
	written := make([]pkcs12.TrustStoreEntry, len(s.trusted))
	for i, entry := range s.trusted {
		written[i] = pkcs12.TrustStoreEntry{Cert: entry.Certificate, FriendlyName: entry.Alias}
	}
	return s.encoder.EncodeTrustStoreEntries(written, s.password)
}
