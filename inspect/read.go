package inspect

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devca/certs"
	"devca/diag"
)

// MaxSize bounds an input. A bundle of all public roots has a quarter of a megabyte.
const MaxSize = 16 << 20

// maxItems bounds what is shown of one input.
const maxItems = 10_000

// Read finds everything in a file's content: every PEM block, whatever stands
// around it, or one DER structure. The passwords are tried on PKCS#12 files. The
// error says that nothing was found, or that no password fits.
func Read(data []byte, passwords []string) ([]Item, error) {
	if len(data) > MaxSize {
		return nil, nothing(fmt.Errorf("it has %d bytes and the limit is %d", len(data), MaxSize))
	}
	r := &reader{passwords: passwords}
	if bytes.Contains(data, []byte("-----BEGIN ")) {
		r.readPEM(data)
	} else if err := r.readDER(data); err != nil {
		return nil, err
	}
	if len(r.items) == 0 {
		return nil, nothing(nil)
	}
	r.link()
	return r.items, nil
}

func nothing(cause error) error {
	return diag.New(diag.InspectNothing, "there is no certificate, request, revocation list or key in it").From(cause).
		Fix("give a file in PEM, DER or PKCS#12 form, or a server as HOST:PORT", "devca inspect localhost:443")
}

// reader collects items together with what links them.
type reader struct {
	passwords    []string
	items        []Item
	certificates map[int]*x509.Certificate // by number of the item, from 1
	crls         map[int]*x509.RevocationList
}

func (r *reader) add(item Item) int {
	r.items = append(r.items, item)
	return len(r.items)
}

func (r *reader) unreadable(what string, err error) {
	r.add(Item{Kind: KindUnreadable, Unreadable: &Unreadable{What: what, Error: err.Error()}})
}

func (r *reader) readPEM(data []byte) {
	for len(r.items) < maxItems {
		begin := bytes.Index(data, []byte("-----BEGIN "))
		if begin < 0 {
			return
		}
		block, rest := pem.Decode(data[begin:])
		if block == nil {
			r.unreadable("PEM block", fmt.Errorf("it is cut off or its base64 text is damaged"))
			return
		}
		// Decode skips a block that it cannot read; say so instead of hiding it.
		if skipped := bytes.Count(data[begin:len(data)-len(rest)], []byte("-----BEGIN ")) - 1; skipped > 0 {
			r.unreadable("PEM block", fmt.Errorf("%d before the next good one cannot be read", skipped))
		}
		r.readBlock(block)
		data = rest
	}
}

func (r *reader) readBlock(block *pem.Block) {
	kind := block.Type
	switch {
	case kind == "CERTIFICATE" || kind == "X509 CERTIFICATE" || kind == "TRUSTED CERTIFICATE":
		r.readCertificate(block.Bytes)
	case strings.HasSuffix(kind, "CERTIFICATE REQUEST"):
		r.readRequest(block.Bytes)
	case kind == "X509 CRL":
		r.readCRL(block.Bytes)
	case kind == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		r.add(Item{Kind: KindPrivateKey, Key: &Key{Encrypted: true}})
	case strings.HasSuffix(kind, "PRIVATE KEY"):
		r.readPrivateKey(kind, block)
	case strings.HasSuffix(kind, "PUBLIC KEY"):
		r.readPublicKey(block.Bytes)
	case kind == "PKCS7" || kind == "CMS":
		r.unreadable("PKCS#7", errPKCS7)
	}
}

var errPKCS7 = fmt.Errorf("convert it first: openssl pkcs7 -print_certs -in FILE -out certificates.pem")

func (r *reader) readCertificate(der []byte) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		r.unreadable("certificate", err)
		return
	}
	r.addCertificate(certificate)
}

func (r *reader) addCertificate(certificate *x509.Certificate) {
	if r.certificates == nil {
		r.certificates = map[int]*x509.Certificate{}
	}
	r.certificates[r.add(describeCertificate(certificate))] = certificate
}

// readDER tries what a single structure can be, the likeliest first.
func (r *reader) readDER(data []byte) error {
	data = bytes.TrimSpace(data)
	if !looksLikeDER(data) {
		return nil
	}
	if certificates, err := x509.ParseCertificates(data); err == nil {
		for _, certificate := range certificates {
			r.addCertificate(certificate)
		}
		return nil
	}
	for _, parse := range []func([]byte) bool{r.tryRequest, r.tryCRL, r.tryKey} {
		if parse(data) {
			return nil
		}
	}
	if isPKCS7(data) {
		r.unreadable("PKCS#7", fmt.Errorf("convert it first: openssl pkcs7 -inform DER -print_certs -in FILE -out certificates.pem"))
		return nil
	}
	if isPKCS12(data) {
		return r.readPKCS12(data)
	}
	if _, err := x509.ParseCertificate(data); err != nil {
		r.unreadable("DER structure", err)
	}
	return nil
}

func looksLikeDER(data []byte) bool {
	input := cryptobyte.String(data)
	var outer cryptobyte.String
	return input.ReadASN1(&outer, asn1.SEQUENCE)
}

// isPKCS7 tells a ContentInfo with signedData (RFC 5652, 5).
func isPKCS7(data []byte) bool {
	input := cryptobyte.String(data)
	var outer, oid cryptobyte.String
	signedData := []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}
	return input.ReadASN1(&outer, asn1.SEQUENCE) && outer.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) && bytes.Equal(oid, signedData)
}

// isPKCS12 tells a PFX, which begins with version 3 (RFC 7292, 4).
func isPKCS12(data []byte) bool {
	input := cryptobyte.String(data)
	var outer cryptobyte.String
	var version int
	return input.ReadASN1(&outer, asn1.SEQUENCE) && outer.ReadASN1Integer(&version) && version == 3
}

func (r *reader) readPKCS12(data []byte) error {
	var failure error
	for _, password := range r.passwords {
		content, err := certs.DecodePKCS12(data, password)
		if err != nil {
			failure = err
			continue
		}
		if content.Key != nil {
			r.addPrivateKey(content.Key)
		}
		for _, certificate := range content.Certificates {
			r.addCertificate(certificate)
		}
		return nil
	}
	return failure
}
