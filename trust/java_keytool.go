package trust

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"devca/diag"
	"devca/keystore"
)

// keytool is the program of the same Java, which knows what that Java reads; a
// run-time image may come without, and any other has to do.
func (s *javaStore) keytool() string {
	name := "keytool"
	if s.machine.GOOS == "windows" {
		name = "keytool.exe"
	}
	for _, folder := range []string{"bin", filepath.Join("jre", "bin")} {
		if path := filepath.Join(s.home, folder, name); exists(path) {
			return path
		}
	}
	return name
}

// listing is what keytool said about a file with these bytes. A start takes most
// of a second, and a state is asked for several times.
type listing struct {
	sum     [sha256.Size]byte
	entries []keystore.Entry
}

// listed has keytool list the store.
func (s *javaStore) listed(ctx context.Context) ([]keystore.Entry, error) {
	data, err := os.ReadFile(s.cacerts)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	if s.listing.sum == sum {
		return s.listing.entries, nil
	}
	argv := []string{s.keytool(), "-J-Duser.language=en", "-list", "-rfc", "-keystore", s.cacerts, "-storepass", javaPassword}
	out, err := s.machine.do(ctx, Command{Argv: argv, AsPerson: true})
	if err != nil {
		return nil, diag.New(diag.JavaKeytool, "keytool could not list "+s.title()).From(err).
			Because("this store has something that only Java's own program reads, such as a key or encryption of before 2021").
			Fix("see what it says when you run it yourself", diag.CommandLine(argv...))
	}
	entries := listedEntries(out)
	s.listing = listing{sum, entries}
	return entries, nil
}

// listedEntries reads what "keytool -list -rfc" prints: lines with the name and
// the type of an entry, and its certificate (sun.security.tools.keytool.Main,
// doPrintEntry). Only trusted ones count.
func listedEntries(out []byte) []keystore.Entry {
	var entries []keystore.Entry
	var alias, kind string
	var block bytes.Buffer
	for scanner := bufio.NewScanner(bytes.NewReader(out)); scanner.Scan(); {
		line := scanner.Text()
		if rest, ok := strings.CutPrefix(line, "Alias name: "); ok {
			alias, kind = rest, ""
		} else if rest, ok := strings.CutPrefix(line, "Entry type: "); ok {
			kind = rest
		}
		if block.Len() > 0 || line == "-----BEGIN CERTIFICATE-----" {
			block.WriteString(line + "\n")
		}
		if line != "-----END CERTIFICATE-----" {
			continue
		}
		found, _ := pem.Decode(block.Bytes())
		block.Reset()
		if found == nil || kind != "trustedCertEntry" {
			continue
		}
		if certificate, err := x509.ParseCertificate(found.Bytes); err == nil {
			entries = append(entries, keystore.Entry{Alias: alias, Certificate: certificate})
		}
	}
	return entries
}

// byKeytool has Java's own program change a copy. This is slower by the start of
// a Java or two, and only for stores that keystore would not write as they were.
// A store without a password stays without one: keytool writes what it read.
func (s *javaStore) byKeytool(ctx context.Context, root Root, action Action) ([]byte, error) {
	original, err := os.ReadFile(s.cacerts)
	if err != nil {
		return nil, err
	}
	folder, err := s.machine.temporary()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	certificate, copied := filepath.Join(folder, "root.pem"), filepath.Join(folder, "cacerts")
	if err := errors.Join(os.WriteFile(copied, original, 0o600), os.WriteFile(certificate, []byte(pemOf(root)), 0o600)); err != nil {
		return nil, err
	}
	if err := errors.Join(s.machine.Account.Own(copied), s.machine.Account.Own(certificate), s.machine.Account.Own(folder)); err != nil {
		return nil, err
	}
	before, err := s.entries(ctx, true)
	if err != nil {
		return nil, err
	}
	for _, step := range s.Plan(ctx, Root{Certificate: root.Certificate, Path: certificate}, action) {
		argv := slices.Clone(step.Argv)
		argv[slices.Index(argv, s.cacerts)] = copied
		if _, err := s.machine.do(ctx, Command{Argv: argv, AsPerson: true}); err != nil {
			return nil, diag.New(diag.JavaKeytool, "keytool could not change "+s.title()).From(err).
				Because("this store has something that only Java's own program keeps, such as a key or encryption of before 2021").
				Fix("see what it says when you run it yourself", joinSteps(s.Plan(ctx, root, action), s.machine.IsRoot))
		}
	}
	return s.checked(ctx, copied, before, root, action)
}

// checked reads what keytool wrote: with every entry of before.
func (s *javaStore) checked(ctx context.Context, copied string, before []keystore.Entry, root Root, action Action) ([]byte, error) {
	written := &javaStore{machine: s.machine, home: s.home, cacerts: copied}
	after, err := written.entries(ctx, true)
	if err != nil {
		return nil, err
	}
	for _, entry := range before {
		kept := slices.ContainsFunc(after, func(e keystore.Entry) bool {
			return e.Alias == entry.Alias && e.Certificate.Equal(entry.Certificate)
		})
		removed := action == Uninstall && entry.Certificate.Equal(root.Certificate)
		if !kept && !removed {
			return nil, diag.New(diag.JavaKeytool, "keytool would have lost "+entry.Alias+" of "+s.title()).
				Because("the store is left as it was").
				Fix("see what it lists when you run it yourself", diag.CommandLine(s.keytool(), "-list", "-keystore", s.cacerts, "-storepass", javaPassword))
		}
	}
	return os.ReadFile(copied)
}
