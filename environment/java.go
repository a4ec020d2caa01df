package environment

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"devca/diag"
	"devca/keystore"
	"devca/runtimes"
)

const (
	trustStore    = "-Djavax.net.ssl.trustStore="
	trustType     = "-Djavax.net.ssl.trustStoreType="
	trustProvider = "-Djavax.net.ssl.trustStoreProvider="
	trustPassword = "-Djavax.net.ssl.trustStorePassword="
	// javaPassword is what every Java has. No secret is in these stores.
	javaPassword = "changeit"

	storePrefix, storeSuffix = "java-", ".jks"
	// aliasPrefix begins the name of devca's root in a store; the rest tells what the
	// store was made from.
	aliasPrefix = "devca-"
)

// javaOptions are what options say about the store: the last of each counts.
type javaOptions struct {
	store, kind, password string
	named                 bool // a store was named
	locked                bool // a password was given
	more                  bool // something that our store must override
}

func readOptions(options string) javaOptions {
	read := javaOptions{password: javaPassword}
	for _, w := range words(options) {
		for prefix, into := range map[string]*string{trustStore: &read.store, trustType: &read.kind, trustPassword: &read.password} {
			if value, ok := strings.CutPrefix(w.text, prefix); ok {
				*into = value
				read.named = read.named || prefix == trustStore
				read.locked = read.locked || prefix == trustPassword
				read.more = read.more || prefix != trustStore
			}
		}
		read.more = read.more || strings.HasPrefix(w.text, trustProvider)
	}
	return read
}

// java points a Java to a store with what it trusted before, and the root. Where
// there is no Java, nothing is set, since each start prints the variable.
// Variables that are for parts of Java count only where they name a store.
func (b *builder) java(setting runtimes.Setting, before *string) error {
	options := javaOptions{password: javaPassword}
	if before != nil {
		options = readOptions(*before)
	}
	if setting.Use == runtimes.IfSet && !options.named {
		return nil
	}
	path := b.here(options.store)
	if !options.named {
		path = b.Java()
	}
	if path == "" {
		return nil
	}
	made, err := b.javaStore(path, options)
	if before != nil && unclosed(*before) {
		err = errors.New("a quote in the variable is left open")
	}
	if err != nil {
		b.plan.Findings = append(b.plan.Findings, unreadableStore(setting.Name, path, err))
		return nil
	}
	value := ours(made, options.more)
	if before != nil {
		value = *before + " " + value // of two that say the same the later one counts
	}
	b.set(setting.Name, value, before, path, b.RootPath)
	return nil
}

// ours are the options for a store. A JKS needs neither type nor password: they are
// there to win over those of another.
func ours(made string, more bool) string {
	options := quoted(trustStore + made)
	if more {
		options += " " + trustPassword + javaPassword + " " + trustType + "JKS"
	}
	return options
}

// withoutOurs is what is left of options when devca's are taken out.
func (b *builder) withoutOurs(options string) string {
	var rest strings.Builder
	kept, skip := 0, []string(nil)
	for _, w := range words(options) {
		path, isStore := strings.CutPrefix(w.text, trustStore)
		switch {
		case isStore && within(path, b.Folder):
			skip = []string{trustPassword + javaPassword, trustType + "JKS"}
		case len(skip) > 0 && w.text == skip[0]:
			skip = skip[1:]
		default:
			skip = nil
			continue
		}
		rest.WriteString(strings.TrimSuffix(options[kept:w.start], " "))
		kept = w.end
	}
	if kept == 0 {
		return options
	}
	if rest.Len() == 0 {
		return strings.TrimPrefix(options[kept:], " ")
	}
	return rest.String() + options[kept:]
}

func unreadableStore(variable, path string, err error) diag.Finding {
	finding := diag.New(diag.EnvMissing, "Java's trust store "+path+" cannot be read, so "+variable+" is left as it is").
		Fix("see what devca knows of this machine's Javas", "devca status").Finding
	finding.Severity, finding.Why = diag.SeverityWarning, err.Error()
	return finding
}

// javaStore plans a store and gives its path. What it is made from is in the name
// of its first entry, so that one that is up to date need not be taken apart.
func (b *builder) javaStore(path string, options javaOptions) (string, error) {
	if isSystemStore(options.kind) {
		return "", errors.New("it is the system's store, not a file: devca install puts the root there")
	}
	data, err := readBounded(path)
	if err != nil {
		return "", err
	}
	name := sha256.Sum256([]byte(path))
	made := filepath.Join(b.Folder, storePrefix+hex.EncodeToString(name[:6])+storeSuffix)
	if b.made[made] {
		return made, nil
	}
	digest := sha256.New()
	digest.Write(data)
	digest.Write(b.Root)
	alias := aliasPrefix + hex.EncodeToString(digest.Sum(nil))
	if old, err := readBounded(made); err == nil && bytes.Contains(old, []byte(alias)) {
		return made, nil
	}
	store, err := keystore.Read(data, options.password)
	if err != nil && (store == nil || !errors.Is(err, keystore.ErrPassword)) {
		return "", err
	}
	encoded, err := encodeStore(store.Entries(), alias, b.Root)
	if err != nil {
		return "", err
	}
	b.made[made] = true
	b.plan.Files = append(b.plan.Files, File{Path: made, Data: encoded})
	return made, nil
}

// isSystemStore says whether a type of store is the system's, so that its name is
// that of no file (SunMSCAPI, Apple's provider).
func isSystemStore(kind string) bool {
	return strings.HasPrefix(kind, "KeychainStore") || strings.HasPrefix(kind, "Windows-ROOT")
}

func encodeStore(entries []keystore.Entry, alias string, root []byte) ([]byte, error) {
	block, _ := pem.Decode(root)
	if block == nil {
		return nil, errors.New("the root is not in PEM form")
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	all := []keystore.Entry{{Alias: alias, Certificate: certificate}}
	for _, entry := range entries {
		if !entry.Certificate.Equal(certificate) {
			all = append(all, entry)
		}
	}
	return keystore.MakeJKS(all, certificate.NotBefore, javaPassword)
}

// rotatedStore is a store of ours with another root. What the store was made from
// has not been looked at: the name says so, and devca env makes it again.
func rotatedStore(data, root []byte) ([]byte, error) {
	store, err := keystore.Read(data, javaPassword)
	if err != nil {
		return nil, err
	}
	entries := slices.DeleteFunc(store.Entries(), func(e keystore.Entry) bool { return strings.HasPrefix(e.Alias, aliasPrefix) })
	return encodeStore(entries, aliasPrefix+"rotated", root)
}
