package inspect

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"devca/diag"
)

// MaxSize bounds an input. A bundle of all public roots has a quarter of a megabyte.
const MaxSize = 16 << 20

// maxItems bounds what is shown of one input.
const maxItems = 10_000

// Read finds everything in a file's content: every PEM block, whatever stands
// around it, or one DER structure. The passwords are tried on PKCS#12 files. The
// error says that nothing was found, or that no password fits.
func Read(data []byte, passwords []string) (Content, error) {
	if len(data) > MaxSize {
		return Content{}, diag.New(diag.InspectNothing, fmt.Sprintf("more than %d MiB are no file of certificates", MaxSize>>20)).
			Fix("give a file in PEM, DER or PKCS#12 form", "")
	}
	r := &reader{passwords: passwords, checks: maxChecks}
	data = plainText(data)
	switch {
	case bytes.Contains(data, pemBegin):
		r.format = FormatPEM
		r.readPEM(unindented(data))
	default:
		if err := r.readDER(data); err != nil {
			return Content{}, err
		}
	}
	if len(r.items) == 0 {
		return Content{}, nothing(r.passedOver())
	}
	r.link()
	return Content{Format: r.format, Items: r.items}, nil
}

func nothing(cause error) error {
	return diag.New(diag.InspectNothing, "there is no certificate, request, revocation list or key in it").From(cause).
		Fix("give a file in PEM, DER or PKCS#12 form, or a server as HOST:PORT", "devca inspect localhost:443")
}

// reader collects items together with what links them.
type reader struct {
	passwords    []string
	format       Format
	items        []Item
	certificates map[int]*x509.Certificate // by number of the item, from 1
	crls         map[int]*x509.RevocationList
	checks       int      // signatures that may still be checked
	foreign      []string // types of PEM blocks that are none of ours
}

func (r *reader) add(item Item) int {
	r.items = append(r.items, item)
	return len(r.items)
}

func (r *reader) unreadable(what string, err error, convert ...string) {
	r.add(Item{Kind: KindUnreadable, Unreadable: &Unreadable{What: what, Error: err.Error(), Convert: convert}})
}

// passedOver says what a PEM file holds instead of something to show.
func (r *reader) passedOver() error {
	if len(r.foreign) == 0 {
		return nil
	}
	return fmt.Errorf("it only has %s", strings.Join(r.foreign, ", "))
}

var pemBegin = []byte("-----BEGIN ")

// unindented takes the white space off both ends of every line, so that blocks
// are found that stand indented in YAML and other configuration.
func unindented(data []byte) []byte {
	plain := make([]byte, 0, len(data)+1)
	for line := range bytes.Lines(data) {
		plain = append(append(plain, bytes.TrimSpace(line)...), '\n')
	}
	return plain
}

func (r *reader) readPEM(data []byte) {
	for {
		begin := bytes.Index(data, pemBegin)
		if begin < 0 {
			return
		}
		if len(r.items) >= maxItems {
			r.unreadable("the rest", fmt.Errorf("only the first %d are shown", maxItems))
			return
		}
		block, rest := pem.Decode(data[begin:])
		if block == nil {
			r.unreadable("PEM block", errors.New("it is cut off or its base64 text is damaged"))
			return
		}
		// Decode skips a block that it cannot read; say so instead of hiding it.
		if skipped := bytes.Count(data[begin:len(data)-len(rest)], pemBegin) - 1; skipped > 0 {
			r.unreadable("PEM block", fmt.Errorf("%s before the next good one cut off or damaged", is(skipped)))
		}
		r.readBlock(block)
		data = rest
	}
}

func is(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

func (r *reader) readBlock(block *pem.Block) {
	kind := block.Type
	switch {
	case kind == "CERTIFICATE" || kind == "X509 CERTIFICATE":
		r.readCertificate(block.Bytes)
	case kind == "TRUSTED CERTIFICATE":
		// OpenSSL's own form: the certificate, then what it is trusted for.
		r.readCertificate(firstElement(block.Bytes))
	case strings.HasSuffix(kind, "CERTIFICATE REQUEST"):
		r.readRequest(block.Bytes)
	case kind == "X509 CRL":
		r.readCRL(block.Bytes)
	case kind == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		r.add(Item{Kind: KindPrivateKey, Key: &Key{Encrypted: true}})
	case kind == "OPENSSH PRIVATE KEY":
		r.unreadable("OpenSSH private key", errors.New("TLS programs do not read this form"))
	case strings.HasSuffix(kind, "PRIVATE KEY"):
		r.readPrivateKey(block)
	case kind == "PUBLIC KEY" || kind == "RSA PUBLIC KEY":
		r.readPublicKey(block.Bytes)
	case kind == "PKCS7" || kind == "CMS":
		r.unreadable("PKCS#7", errPKCS7, "openssl", "pkcs7", "-print_certs", "-in", "FILE", "-out", "certificates.pem")
	case len(r.foreign) < 5:
		r.foreign = append(r.foreign, kind)
	}
}

var errPKCS7 = errors.New("a bundle of certificates that devca does not open")
