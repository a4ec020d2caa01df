package command

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"devca/certs"
	"devca/diag"
	"devca/fetch"
	"devca/inspect"
	"devca/internal/ui"
)

// rootFrom reads somebody else's root from a file, standard input or an https
// address, and checks that it is one.
func (p *program) rootFrom(c *cli.Context, source string) (*x509.Certificate, error) {
	want, err := wantedFingerprint(c)
	if err != nil {
		return nil, err
	}
	var root *x509.Certificate
	if strings.Contains(source, "://") {
		root, err = fetch.Root(c.Context, source, want)
	} else {
		root, err = p.rootInFile(source, want)
	}
	if err != nil {
		return nil, err
	}
	return root, checkRoot(root, time.Now())
}

// wantedFingerprint reads --fingerprint as people paste it: hex of either case,
// with colons or spaces or without, after openssl's or a browser's words.
func wantedFingerprint(c *cli.Context) ([]byte, error) {
	if !c.IsSet("fingerprint") {
		return nil, nil
	}
	digits := strings.ToLower(c.String("fingerprint"))
	for _, word := range []string{"sha256 fingerprint=", "sha-256:", "sha256:", ":", " "} {
		digits = strings.ReplaceAll(digits, word, "")
	}
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != 32 {
		return nil, usage(c, "--fingerprint is the SHA-256 of the certificate: 64 hexadecimal digits")
	}
	return sum, nil
}

// rootInFile reads any form that devca inspect reads.
func (p *program) rootInFile(path string, want []byte) (*x509.Certificate, error) {
	data, err := p.readSmall(path)
	if err != nil {
		return nil, noFile(path, err)
	}
	content, err := inspect.Read(data, []string{"", certs.DefaultPKCS12Password})
	if err != nil {
		return fetch.Pick(path, nil, want)
	}
	var found []*x509.Certificate
	for _, item := range content.Items {
		if item.Kind == inspect.KindPrivateKey {
			p.warn(keyAlong(path))
		}
		if item.Certificate == nil {
			continue
		}
		if block, _ := pem.Decode([]byte(item.Certificate.PEM)); block != nil {
			if certificate, err := x509.ParseCertificate(block.Bytes); err == nil {
				found = append(found, certificate)
			}
		}
	}
	return fetch.Pick(path, found, want)
}

func keyAlong(path string) diag.Finding {
	finding := diag.New(diag.OthersKey, ui.Clean(path)+" holds a private key, too").
		Because("whoever has the file can sign for every name that the root permits; for trust the certificate is enough").
		Fix("tell its owner, and take the certificate alone", diag.CommandLine("devca", "inspect", path, "--pem")).Finding
	finding.Severity = diag.SeverityWarning
	return finding
}

// checkRoot refuses what no client would take as a root.
func checkRoot(root *x509.Certificate, now time.Time) error {
	name := ui.Clean(nameOf(root))
	refused := func(what, why string) error {
		return diag.New(diag.OthersNotARoot, name+what).Because(why).
			Fix("ask for the root, which the owner's devca prints with", "devca ca export")
	}
	switch {
	case !root.IsCA || !root.BasicConstraintsValid:
		return refused(" is not a CA's certificate", "clients take nothing else as a root: its basic constraints do not say CA (RFC 5280, 4.2.1.9)")
	case !bytes.Equal(root.RawIssuer, root.RawSubject):
		return refused(" is not a root: another CA stands above it", "it was issued by "+ui.Clean(root.Issuer.String())+", and clients need that one")
	case root.CheckSignatureFrom(root) != nil:
		return refused(" is not a root: it did not sign itself", root.CheckSignatureFrom(root).Error())
	case now.After(root.NotAfter):
		return diag.New(diag.OthersExpired, fmt.Sprintf("%s expired on %s", name, root.NotAfter.Format(time.DateOnly))).
			Because("clients refuse everything that it signed").
			Fix("ask its owner for the new one; if this machine's clock is wrong, set it", "date")
	case now.Before(root.NotBefore):
		return diag.New(diag.OthersExpired, fmt.Sprintf("%s is not valid before %s", name, root.NotBefore.Format(time.DateTime))).
			Because("this machine's clock says "+now.UTC().Format(time.DateTime)+" UTC").
			Fix("set the clock, or wait", "date")
	}
	return nil
}

func (p *program) readSmall(path string) ([]byte, error) {
	from := p.streams.In
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if info, err := file.Stat(); err == nil && info.IsDir() {
			return nil, errors.New("it is a folder")
		}
		from = file
	}
	return io.ReadAll(io.LimitReader(from, inspect.MaxSize))
}

// nameOf is what a person would call the certificate.
func nameOf(certificate *x509.Certificate) string {
	if certificate.Subject.CommonName != "" {
		return certificate.Subject.CommonName
	}
	return certificate.Subject.String()
}

// unconstrainedOther warns of a root that may sign for everything.
func unconstrainedOther(root *x509.Certificate) (diag.Finding, bool) {
	if len(root.PermittedDNSDomains) > 0 {
		return diag.Finding{}, false
	}
	finding := diag.New(diag.OthersUnconstrained, ui.Clean(nameOf(root))+" may sign for every name on the Internet").
		Because("whoever has its key can imitate any site, your bank's, too, to the clients of this machine").
		Fix("ask its owner for a root with name constraints, such as devca makes; to take it out again", "devca untrust "+certs.Fingerprint(root.Raw)[:16]).Finding
	finding.Severity = diag.SeverityWarning
	return finding, true
}
