package trust

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // Windows names certificates by SHA-1
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"runtime"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// location is a place in the registry that has certificate stores of all names.
type location struct {
	name string
	flag uint32
}

func currentUser() location {
	return location{`CurrentUser`, windows.CERT_SYSTEM_STORE_CURRENT_USER}
}

func localMachine() location {
	return location{`LocalMachine`, windows.CERT_SYSTEM_STORE_LOCAL_MACHINE}
}

// locations are those from which Chromium (trust_store_win.cc) and Firefox
// (EnterpriseRoots.cpp) take added roots. The last three are for administrators
// of a network.
func locations() []location {
	return []location{
		currentUser(), localMachine(),
		{`CurrentUser (group policy)`, windows.CERT_SYSTEM_STORE_CURRENT_USER_GROUP_POLICY},
		{`LocalMachine (group policy)`, windows.CERT_SYSTEM_STORE_LOCAL_MACHINE_GROUP_POLICY},
		{`LocalMachine (enterprise)`, windows.CERT_SYSTEM_STORE_LOCAL_MACHINE_ENTERPRISE},
	}
}

// changeable tells whether devca changes stores there. Those for administrators
// of a network are looked at, and may be unreadable (Wine has no enterprise).
func changeable(where location) bool { return where == currentUser() || where == localMachine() }

// The names of stores that matter.
const (
	rootStore       = "Root"
	disallowedStore = "Disallowed"
)

// crypt32Store is an open store.
type crypt32Store struct{ handle windows.Handle }

// openToRead opens a store, or gives nil when there is none. Only its registry is
// read, as browsers do, not the stores that Windows shows together with it:
// CurrentUser\Root has everything of LocalMachine\Root otherwise, and a deletion
// would reach there, too. Roots in the user's registry that the person did not
// confirm are not shown (CertOpenStore, CERT_SYSTEM_STORE_UNPROTECTED_FLAG).
func openToRead(where location, name string) (*crypt32Store, error) {
	store, err := openStore(windows.CERT_STORE_PROV_SYSTEM_REGISTRY, where, name,
		windows.CERT_STORE_OPEN_EXISTING_FLAG|windows.CERT_STORE_READONLY_FLAG)
	if errors.Is(err, syscall.ERROR_FILE_NOT_FOUND) {
		return nil, nil
	}
	return store, err
}

func openStore(provider uintptr, where location, name string, flags uint32) (*crypt32Store, error) {
	text, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	handle, err := windows.CertOpenStore(provider, 0, 0, where.flag|flags, uintptr(unsafe.Pointer(text)))
	runtime.KeepAlive(text)
	if err != nil {
		return nil, err
	}
	return &crypt32Store{handle}, nil
}

func (s *crypt32Store) close() {
	if s != nil {
		_ = windows.CertCloseStore(s.handle, 0)
	}
}

// find gives the context of exactly this certificate, or nil. The caller frees it.
func (s *crypt32Store) find(certificate *x509.Certificate) (*windows.CertContext, error) {
	if s == nil {
		return nil, nil
	}
	sum := sha1.Sum(certificate.Raw) //nolint:gosec // see above
	hash := windows.CryptHashBlob{Size: uint32(len(sum)), Data: &sum[0]}
	var found *windows.CertContext
	for {
		var err error
		found, err = windows.CertFindCertificateInStore(s.handle, windows.X509_ASN_ENCODING, 0,
			windows.CERT_FIND_SHA1_HASH, unsafe.Pointer(&hash), found) // frees the last one
		if err != nil {
			if errors.Is(err, syscall.Errno(windows.CRYPT_E_NOT_FOUND)) {
				err = nil
			}
			return nil, err
		}
		// SHA-1 has known collisions.
		if bytes.Equal(derOf(found), certificate.Raw) {
			return found, nil
		}
	}
}

// derOf is the certificate of a context; it is gone when the context is freed.
func derOf(context *windows.CertContext) []byte {
	return unsafe.Slice(context.EncodedCert, context.Length)
}

// addTo puts the certificate into the store of roots there, through the provider
// that Microsoft documents for it. It returns when a dialog, if there is one, is
// answered.
func addTo(where location, name string, certificate *x509.Certificate) error {
	// One with fewer purposes goes first: Wine keeps its properties when the same
	// certificate takes its place.
	if has, usable, err := holds(where, name, certificate); has && !usable || err != nil {
		if err = errors.Join(err, deleteFrom(where, name, certificate)); err != nil {
			return err
		}
	}
	store, err := openStore(windows.CERT_STORE_PROV_SYSTEM, where, name, 0)
	if err != nil {
		return err
	}
	defer store.close()
	context, err := windows.CertCreateCertificateContext(windows.X509_ASN_ENCODING, &certificate.Raw[0], uint32(len(certificate.Raw)))
	if err != nil {
		return err
	}
	defer windows.CertFreeCertificateContext(context) //nolint:errcheck // never fails
	if err := windows.CertAddCertificateContextToStore(store.handle, context, windows.CERT_STORE_ADD_REPLACE_EXISTING, nil); err != nil {
		return err
	}
	return store.commit()
}

// deleteFrom takes the certificate out of the store there.
func deleteFrom(where location, name string, certificate *x509.Certificate) error {
	store, err := openStore(windows.CERT_STORE_PROV_SYSTEM_REGISTRY, where, name, 0)
	if err != nil {
		return err
	}
	defer store.close()
	found, err := store.find(certificate)
	if err != nil || found == nil {
		return err
	}
	if err := windows.CertDeleteCertificateFromStore(found); err != nil { // frees it, too
		return err
	}
	return store.commit()
}

// commit writes what was changed. Under Wine a deletion is lost without it.
func (s *crypt32Store) commit() error {
	const ctrlCommit = 3 // CERT_STORE_CTRL_COMMIT
	ok, _, err := windows.NewLazySystemDLL("crypt32.dll").NewProc("CertControlStore").
		Call(uintptr(s.handle), 0, ctrlCommit, 0)
	if ok == 0 {
		return err
	}
	return nil
}

// all gives every certificate that can be parsed.
func (s *crypt32Store) all() []*x509.Certificate {
	var found []*x509.Certificate
	if s == nil {
		return nil
	}
	for context, err := windows.CertEnumCertificatesInStore(s.handle, nil); err == nil && context != nil; context, err = windows.CertEnumCertificatesInStore(s.handle, context) {
		if certificate, err := x509.ParseCertificate(bytes.Clone(derOf(context))); err == nil {
			found = append(found, certificate)
		}
	}
	return found
}

// forServers tells whether a root is trusted for TLS servers. A person can take
// purposes from a root in certmgr.msc ("Disable all purposes for this
// certificate"); Windows notes what is left as a property beside it.
func forServers(context *windows.CertContext) bool {
	const purposes = 9 // CERT_ENHKEY_USAGE_PROP_ID: a SEQUENCE OF object identifiers
	get := windows.NewLazySystemDLL("crypt32.dll").NewProc("CertGetCertificateContextProperty")
	var size uint32
	if ok, _, _ := get.Call(uintptr(unsafe.Pointer(context)), purposes, 0, uintptr(unsafe.Pointer(&size))); ok == 0 || size == 0 {
		return true // no such property
	}
	value := make([]byte, size)
	if ok, _, _ := get.Call(uintptr(unsafe.Pointer(context)), purposes, uintptr(unsafe.Pointer(&value[0])), uintptr(unsafe.Pointer(&size))); ok == 0 {
		return false
	}
	var oids []asn1.ObjectIdentifier
	if _, err := asn1.Unmarshal(value[:size], &oids); err != nil {
		return false
	}
	return slices.ContainsFunc(oids, func(oid asn1.ObjectIdentifier) bool {
		return oid.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 1}) || // id-kp-serverAuth
			oid.Equal(asn1.ObjectIdentifier{2, 5, 29, 37, 0}) // anyExtendedKeyUsage
	})
}
