package trust

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"slices"
	"time"
)

// Foreign is a development root of another tool that stores of this machine have.
type Foreign struct {
	Root    Root
	Maker   string // mkcert, caddy, …
	Stores  []Store
	Dangers []Danger
}

// Danger is what speaks against trusting a root.
type Danger struct {
	Code string `json:"code"` // unconstrained, key-readable, key-open, weak-key, expired
	What string `json:"what"`
}

// FindForeign lists the roots of other tools in the stores, except for the given
// own ones. A store that cannot list what it has is passed over: what Status says
// about such a store is the answer for it.
func FindForeign(ctx context.Context, machine *Machine, stores []Store, own []*x509.Certificate) []Foreign {
	listed := make([][]*x509.Certificate, len(stores))
	eachAtOnce(len(stores), func(i int) {
		if store, ok := stores[i].(lister); ok {
			listed[i], _ = store.Certificates(ctx)
		}
	})
	var found []Foreign
	for i, certificates := range listed {
		for _, certificate := range certificates {
			m, known := makerOf(certificate)
			if !known || slices.ContainsFunc(own, certificate.Equal) {
				continue
			}
			at := slices.IndexFunc(found, func(f Foreign) bool { return f.Root.Certificate.Equal(certificate) })
			if at < 0 {
				at = len(found)
				found = append(found, Foreign{Root: Root{Certificate: certificate}, Maker: m.name, Dangers: dangers(machine, m, certificate)})
			}
			if !slices.Contains(found[at].Stores, stores[i]) {
				found[at].Stores = append(found[at].Stores, stores[i])
			}
		}
	}
	return found
}

func dangers(machine *Machine, m maker, certificate *x509.Certificate) []Danger {
	var list []Danger
	if certificate.IsCA && len(certificate.PermittedDNSDomains) == 0 {
		list = append(list, Danger{"unconstrained", "whoever has its key can imitate every site on the Internet"})
	}
	for _, path := range m.keyPlaces(machine) {
		info, err := os.Stat(path)
		if err != nil || !keyOf(path, certificate) {
			continue
		}
		if mode := info.Mode().Perm(); mode&0o044 != 0 && machine.GOOS != "windows" {
			list = append(list, Danger{"key-open", fmt.Sprintf("other users of this machine can read its key, %s (mode %04o)", path, mode)})
			continue
		}
		list = append(list, Danger{"key-readable", "every program that you run can read its key, " + path})
	}
	if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 {
		list = append(list, Danger{"weak-key", fmt.Sprintf("its RSA key has %d bits only", key.N.BitLen())})
	}
	if time.Now().After(certificate.NotAfter) {
		list = append(list, Danger{"expired", "it expired on " + certificate.NotAfter.Format(time.DateOnly) + " and serves no purpose"})
	}
	return list
}

// keyOf tells whether the file has the certificate's private key, unencrypted.
func keyOf(path string, certificate *x509.Certificate) bool {
	data, err := os.ReadFile(path)
	if err != nil || len(data) > maximumKeyFile {
		return false
	}
	want, ok := certificate.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	for block, rest := pem.Decode(data); ok && block != nil; block, rest = pem.Decode(rest) {
		if signer := parseKey(block.Bytes); signer != nil && want.Equal(signer.Public()) {
			return true
		}
	}
	clear(data)
	return false
}

// maximumKeyFile is far above any file with a key.
const maximumKeyFile = 1 << 20

func parseKey(der []byte) crypto.Signer {
	if !bytes.HasPrefix(der, []byte{0x30}) {
		return nil
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		signer, _ := key.(crypto.Signer)
		return signer
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	return nil
}
