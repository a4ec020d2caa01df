package command

import (
	"crypto/tls"
	"net/netip"
	"time"

	"github.com/urfave/cli/v2"

	"devca/ca"
	"devca/certs"
	"devca/diag"
	"devca/observe"
)

// terminator makes the server that ends TLS.
func (p *program) terminator(c *cli.Context, protocols []string) (*observe.Server, error) {
	config := &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: protocols,
	}
	server := &observe.Server{Config: config}
	if name := c.String("cert"); name != "" {
		pair, err := tls.LoadX509KeyPair(name, c.String("key"))
		if err != nil {
			return nil, diag.New(diag.ObserveCertificate, "the certificate and its key cannot be used").From(err).
				Fix("see what is in the files", diag.CommandLine("devca", "inspect", name, c.String("key")))
		}
		config.Certificates, server.Check = []tls.Certificate{pair}, name
		return server, nil
	}
	dir, err := p.openDir(c)
	if err != nil {
		return nil, err
	}
	authority, err := dir.Open()
	if err != nil {
		return nil, err
	}
	made, err := newCertificates(authority)
	if err != nil {
		return nil, err
	}
	if _, err := made.Issue(made.Always); err != nil {
		return nil, err
	}
	config.GetCertificate, server.Why = made.For, made.Refusal
	return server, nil
}

// newCertificates makes certificates with one key, which like them is never
// written. They last as long as somebody may sit before this, and no longer.
func newCertificates(authority *ca.Authority) (*observe.Certificates, error) {
	key, err := certs.GenerateKey(certs.P256)
	if err != nil {
		return nil, err
	}
	return &observe.Certificates{Key: key, Always: []string{"localhost", "127.0.0.1", "::1"}, Issue: func(names []string) ([][]byte, error) {
		parsed, err := certs.ParseNames(unique(names), false)
		if err != nil {
			return nil, err
		}
		now := time.Now()
		issued, err := authority.Issue(certs.Request{
			Names: parsed, PublicKey: key.Public(), NotBefore: now.Add(-backdate), NotAfter: now.Add(week),
		}, false)
		if err != nil {
			return nil, err
		}
		chain := [][]byte{issued.DER}
		for _, certificate := range authority.Chain {
			chain = append(chain, certificate.Raw)
		}
		return chain, nil
	}}, nil
}

const week = 7 * day

// unique leaves names out that are there already, also if written otherwise.
func unique(names []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, name := range names {
		if address, err := netip.ParseAddr(name); err == nil {
			name = address.Unmap().WithZone("").String()
		}
		if !seen[name] {
			seen[name] = true
			kept = append(kept, name)
		}
	}
	return kept
}
