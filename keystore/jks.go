package keystore

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
)

// What begins a JKS file (sun.security.provider.JavaKeyStore) and a JCEKS file
// (com.sun.crypto.provider.JceKeyStore).
const (
	jksMagic   = 0xfeedfeed
	jceksMagic = 0xcececece
)

// jks is a JKS store. Keys in it stay encrypted as they are.
type jks struct {
	library  keystore.KeyStore
	password []byte
	trusted  []Entry
	raw      map[string]string // entries as they are in the file, by alias
	unsealed bool              // the password is not that of the store
}

func readJKS(data []byte, password string) (*jks, error) {
	raw, err := rawEntries(data)
	if err != nil {
		return nil, fmt.Errorf("the JKS file is damaged or cut off: %w", err)
	}
	// The library gives the aliases sorted. A file's own order means nothing:
	// Java's is that of a hash table.
	library := keystore.New(keystore.WithCaseExactAliases(), keystore.WithOrderedAliases())
	store := &jks{library: library, password: []byte(password), raw: raw}
	for _, alias := range slices.Sorted(maps.Keys(raw)) {
		der, ok := trustedIn(raw[alias])
		if !ok {
			continue
		}
		// One that Go cannot read is kept, and is none of those looked for.
		if certificate, err := x509.ParseCertificate(der); err == nil {
			store.trusted = append(store.trusted, Entry{alias, certificate})
		}
	}
	if err := library.Load(bytes.NewReader(data), store.password); err != nil {
		// The digest at the end is over the password and everything before it.
		if strings.Contains(err.Error(), "invalid digest") {
			store.unsealed = true
			return store, fmt.Errorf("%w, or its content was changed", ErrPassword)
		}
		return nil, fmt.Errorf("the JKS file is damaged: %w", err)
	}
	return store, nil
}

func (s *jks) named() bool { return true }

func (s *jks) entries() []Entry { return s.trusted }

func (s *jks) everything() map[string]string { return s.raw }

func (s *jks) add(entry Entry) error {
	now := time.Now()
	certificate := keystore.Certificate{Type: jksCertificate, Content: entry.Certificate.Raw}
	err := s.library.SetTrustedCertificateEntry(entry.Alias, keystore.TrustedCertificateEntry{CreationTime: now, Certificate: certificate})
	if err == nil {
		s.trusted = append(s.trusted, entry)
		s.raw[entry.Alias] = rawTrusted(now, entry.Certificate.Raw)
	}
	return err
}

func (s *jks) remove(aliases []string) {
	for _, alias := range aliases {
		s.library.DeleteEntry(alias)
		delete(s.raw, alias)
	}
	s.trusted = without(s.trusted, aliases)
}

func (s *jks) bytes() ([]byte, error) {
	if s.unsealed {
		return nil, ErrPassword
	}
	var out bytes.Buffer
	err := s.library.Store(&out, s.password)
	return out.Bytes(), err
}
