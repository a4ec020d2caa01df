package trust

import (
	"bytes"
	"context"
	"encoding/pem"
	"syscall"
	"unsafe"
)

// windowsRoots lists the logical store ROOT of the person, which holds the
// machine's, those of policies and those that Windows itself brings along.
// Windows fetches more of the latter when a chain asks for them.
func windowsRoots(context.Context) ([]byte, string, error) {
	name, err := syscall.UTF16PtrFromString("ROOT")
	if err != nil {
		return nil, "", err
	}
	store, err := syscall.CertOpenSystemStore(0, name)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = syscall.CertCloseStore(store, 0) }()
	var bundle bytes.Buffer
	found, _ := syscall.CertEnumCertificatesInStore(store, nil)
	for found != nil {
		block := &pem.Block{Type: "CERTIFICATE", Bytes: unsafe.Slice(found.EncodedCert, found.Length)}
		if err := pem.Encode(&bundle, block); err != nil {
			return nil, "", err
		}
		found, _ = syscall.CertEnumCertificatesInStore(store, found)
	}
	return bundle.Bytes(), "Windows' store of roots", nil
}
