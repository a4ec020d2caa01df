//go:build windows

// Command client asks Windows. "client FILE NAME" has crypt32's engine for chains
// judge the chain in a PEM file; "client roots" lists the thumbprints of both
// stores of roots and of untrusted certificates; "client mkcert" puts a root like
// mkcert's into the person's store, as mkcert does. Every run is a process of its
// own, because crypt32 remembers which roots there were.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"syscall"
	"time"
	"unsafe"
)

func main() {
	if os.Args[1] == "roots" {
		list("CurrentUser", 0x10000, "Root")
		list("LocalMachine", 0x20000, "Root")
		list("CurrentUser", 0x10000, "Disallowed")
		list("LocalMachine", 0x20000, "Disallowed")
		return
	}
	if os.Args[1] == "mkcert" {
		add(likeMkcert())
		return
	}
	data, err := os.ReadFile(os.Args[1])
	fail(err)
	var chain []*x509.Certificate
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		fail(err)
		chain = append(chain, certificate)
	}
	others := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		others.AddCert(certificate)
	}
	if _, err := chain[0].Verify(x509.VerifyOptions{DNSName: os.Args[2], Intermediates: others}); err != nil {
		fmt.Println("refused:", err)
		explain(chain)
		return
	}
	fmt.Println("accepted")
}

// explain prints what crypt32 says of each link (CERT_TRUST_STATUS), since Go has
// one error for most of it.
func explain(chain []*x509.Certificate) {
	store, err := syscall.CertOpenStore(syscall.CERT_STORE_PROV_MEMORY, 0, 0, syscall.CERT_STORE_DEFER_CLOSE_UNTIL_LAST_FREE_FLAG, 0)
	fail(err)
	var first *syscall.CertContext
	for i, certificate := range chain {
		context, err := syscall.CertCreateCertificateContext(syscall.X509_ASN_ENCODING, &certificate.Raw[0], uint32(len(certificate.Raw)))
		fail(err)
		var added *syscall.CertContext
		fail(syscall.CertAddCertificateContextToStore(store, context, 4, &added)) // CERT_STORE_ADD_ALWAYS
		if i == 0 {
			first = added
		}
	}
	parameters := &syscall.CertChainPara{Size: uint32(unsafe.Sizeof(syscall.CertChainPara{}))}
	var found *syscall.CertChainContext
	fail(syscall.CertGetCertificateChain(0, first, nil, store, parameters, 0, 0, &found))
	fmt.Fprintf(os.Stderr, "status %#x", found.TrustStatus.ErrorStatus)
	for _, one := range unsafe.Slice(found.Chains, found.ChainCount) {
		for _, element := range unsafe.Slice(one.Elements, one.NumElements) {
			fmt.Fprintf(os.Stderr, ", %#x", element.TrustStatus.ErrorStatus)
		}
	}
	fmt.Fprintln(os.Stderr)
}

// list prints what a store itself has (CERT_STORE_PROV_SYSTEM_REGISTRY_W).
func list(place string, location uint32, name string) {
	text, err := syscall.UTF16PtrFromString(name)
	fail(err)
	store, err := syscall.CertOpenStore(13, 0, 0, location, uintptr(unsafe.Pointer(text)))
	fail(err)
	context, _ := syscall.CertEnumCertificatesInStore(store, nil)
	for context != nil {
		fmt.Printf("%s\\%s %x\n", place, name, sha1.Sum(unsafe.Slice(context.EncodedCert, context.Length)))
		context, _ = syscall.CertEnumCertificatesInStore(store, context)
	}
}

// likeMkcert has the names that mkcert gives its root.
func likeMkcert() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fail(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject: pkix.Name{
			Organization: []string{"mkcert development CA"}, OrganizationalUnit: []string{"a@b"}, CommonName: "mkcert a@b",
		},
		NotBefore: time.Now(), NotAfter: time.Now().AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	fail(err)
	return der
}

// add calls what mkcert calls (CertOpenSystemStoreW, CertAddEncodedCertificateToStore).
func add(der []byte) {
	store, err := syscall.CertOpenSystemStore(0, syscall.StringToUTF16Ptr("ROOT"))
	fail(err)
	context, err := syscall.CertCreateCertificateContext(syscall.X509_ASN_ENCODING, &der[0], uint32(len(der)))
	fail(err)
	fail(syscall.CertAddCertificateContextToStore(store, context, 3, nil)) // CERT_STORE_ADD_REPLACE_EXISTING
	fail(syscall.CertCloseStore(store, 0))
}

func fail(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
}
