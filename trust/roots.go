package trust

import (
	"context"
	"crypto/x509"
	"os"
	"time"
)

// SystemRoots gives what the system's own store holds, in PEM form, and where
// that is, in words. The store's list of distrusted roots is not heeded.
func SystemRoots(ctx context.Context, machine *Machine) (bundle []byte, place string, err error) {
	switch machine.GOOS {
	case "windows":
		return windowsRoots(ctx)
	case "darwin":
		ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		bundle, err = machine.do(ctx, Command{Argv: []string{
			"/usr/bin/security", "find-certificate", "-a", "-p",
			"/System/Library/Keychains/SystemRootCertificates.keychain", "/Library/Keychains/System.keychain",
		}})
		return bundle, "the System keychains", err
	}
	place = "/etc/ssl/certs/ca-certificates.crt"
	if f, known := findFamily(machine, systemNames()); known {
		place = f.bundle()
	} else if path := declaredBundle(); path != "" {
		place = path
	}
	bundle, err = os.ReadFile(place)
	return bundle, place, err
}

// declaredBundle is where systems that are configured as a whole have it.
func declaredBundle() string {
	for _, path := range []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-bundle.crt", "/etc/pki/tls/certs/ca-bundle.crt"} {
		if exists(path) {
			return path
		}
	}
	return ""
}

// Added lists the roots that people or programs added to a store, as opposed to
// those that it came with; nil if the store cannot tell.
func Added(ctx context.Context, store Store) ([]*x509.Certificate, error) {
	if l, ok := store.(lister); ok {
		return l.Certificates(ctx)
	}
	return nil, nil
}
