package keystore

import (
	"bytes"
	"crypto/x509"
	"fmt"
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
}

func readJKS(data []byte, password string) (*jks, error) {
	raw, err := rawEntries(data)
	if err != nil {
		return nil, fmt.Errorf("the JKS file is damaged or cut off: %w", err)
	}
	library := keystore.New(keystore.WithCaseExactAliases(), keystore.WithOrderedAliases())
	if err := library.Load(bytes.NewReader(data), []byte(password)); err != nil {
		// The digest at the end is over the password and everything before it.
		if strings.Contains(err.Error(), "invalid digest") {
			return nil, fmt.Errorf("%w, or its content was changed", ErrPassword)
		}
		return nil, fmt.Errorf("the JKS file is damaged: %w", err)
	}
	store := &jks{library: library, password: []byte(password), raw: raw}
	for _, alias := range library.Aliases() {
		if !library.IsTrustedCertificateEntry(alias) {
			continue
		}
		entry, err := library.GetTrustedCertificateEntry(alias)
		if err != nil {
			return nil, err
		}
		// One that Go cannot read is kept, and is none of those looked for.
		if certificate, err := x509.ParseCertificate(entry.Certificate.Content); err == nil {
			store.trusted = append(store.trusted, Entry{alias, certificate})
		}
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
	var out bytes.Buffer
	err := s.library.Store(&out, s.password)
	return out.Bytes(), err
}
