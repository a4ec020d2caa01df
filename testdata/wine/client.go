//go:build windows

// Command client asks Windows. "client FILE NAME" has crypt32's engine for chains
// judge the chain in a PEM file; "client roots" lists the thumbprints of both
// stores of roots and of untrusted certificates. Every run is a process of its
// own, because crypt32 remembers which roots there were.
package main

import (
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"syscall"
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
		return
	}
	fmt.Println("accepted")
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

func fail(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
}
