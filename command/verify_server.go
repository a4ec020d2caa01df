package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/diag"
	"devca/dial"
	"devca/tlsparams"
	"devca/verify"
)

// liveAnswer is how a server answered.
type liveAnswer struct {
	Address       string `json:"address"`
	Protocol      string `json:"protocol"` // https, smtp, …
	ServerName    string `json:"server_name,omitempty"`
	Version       string `json:"version"`
	CipherSuite   string `json:"cipher_suite,omitempty"`
	Group         string `json:"group,omitempty"` // of the key exchange
	ALPN          string `json:"alpn,omitempty"`
	Stapled       bool   `json:"stapled"`
	AsksForClient bool   `json:"asks_for_client_certificate"`
	Sent          int    `json:"certificates_sent"`
	OldVersions   bool   `json:"old_versions"` // it still speaks TLS 1.0 or 1.1
}

func (a *liveAnswer) words() string {
	words := []string{a.Address, a.Version}
	for _, part := range []string{a.CipherSuite, a.Group, a.ALPN} {
		if part != "" {
			words = append(words, part)
		}
	}
	words = append(words, fmt.Sprintf("%d sent", a.Sent))
	if a.Stapled {
		words = append(words, "OCSP stapled")
	}
	return strings.Join(words, ", ")
}

// judgeServer asks a server and judges what it shows.
func (p *program) judgeServer(c *cli.Context, o *verifyOptions, ground *ground, name string) (*judged, error) {
	target, err := dial.ParseTarget(name)
	if err != nil {
		if failure, ok := errors.AsType[*diag.Error](err); ok && strings.ContainsAny(name, "/.") && !strings.Contains(name, "://") {
			return nil, failure.Fix("or give a file that is there", diag.CommandLine("ls", "-l", name))
		}
		return nil, err
	}
	target.ServerName = o.servername
	ctx, cancel := context.WithTimeout(c.Context, o.timeout)
	defer cancel()
	options := dial.Options{Proxy: o.proxy, Certificate: o.certificate}
	peer, err := dial.Connect(ctx, target, options)
	if err != nil {
		return nil, err
	}
	seen := dial.Probe(ctx, target, options, peer)
	j := &judged{options: o, name: name, kind: "server", asked: target.Name(), live: describePeer(target, peer, seen)}
	j.request.Live, j.request.Staple, j.request.Version = true, peer.Staple, peer.Version
	if _, err := p.judgeChain(c, o, ground, j, peer.Chain); err != nil {
		return nil, err
	}
	j.checkServer(peer, seen)
	return j, nil
}

func describePeer(target dial.Target, peer *dial.Peer, seen dial.Observations) *liveAnswer {
	a := &liveAnswer{
		Address: target.Address(), Protocol: target.Protocol.Name, ServerName: target.Name(), Version: tls.VersionName(peer.Version),
		ALPN: peer.Protocol, Stapled: len(peer.Staple) > 0, AsksForClient: peer.AsksForClient, Sent: len(peer.Chain), OldVersions: seen.Old,
	}
	if peer.CipherSuite != 0 {
		a.CipherSuite = tls.CipherSuiteName(peer.CipherSuite)
	}
	if peer.Group != 0 {
		a.Group = peer.Group.String()
	}
	return a
}

// checkServer finds what is wrong with the server rather than its chain.
func (j *judged) checkServer(peer *dial.Peer, seen dial.Observations) {
	switch {
	case peer.Failure != nil && peer.AsksForClient && !peer.ShownClient:
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyClientWanted, Severity: diag.SeverityError,
			What: "the server wants a client's certificate, and ends the connection without one" + alertWords(peer.Alert),
			Fixes: []diag.Fix{
				{Do: "issue one", Run: "devca issue --client NAME"},
				{Do: "and show it", Run: diag.CommandLine("devca", "verify", j.name, "--client-cert", "NAME-client.pem", "--client-key", "NAME-client-key.pem")},
			},
		})
	case peer.Failure != nil && peer.ShownClient:
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyClientRefused, Severity: diag.SeverityError,
			What: "the server refuses the client's certificate" + alertWords(peer.Alert), Why: peer.Failure.Error(),
			Fixes: []diag.Fix{{Do: "see which issuers it asks for, and issue the certificate under one of them", Run: "devca issue --client NAME"}},
		})
	case peer.Failure != nil && peer.CipherSuite != 0:
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyHandshake, Severity: diag.SeverityError,
			What: "the handshake fails after the certificates" + alertWords(peer.Alert), Why: peer.Failure.Error(),
			Fixes: []diag.Fix{{Do: "see whether the server's key belongs to its certificate", Run: "devca inspect CERTIFICATE.pem KEY.pem"}},
		})
	case peer.AsksForClient && !peer.ShownClient:
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyClientAsked, Severity: diag.SeverityNotice, What: "the server asks for a client's certificate, and goes on without one",
			Why:   "browsers ask the person which one to show",
			Fixes: []diag.Fix{{Do: "show it one", Run: "devca issue --client NAME"}},
		})
	}
	if seen.Another(peer) {
		other := verify.ParseCertificate(seen.Nameless.Chain[0])
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyWithoutName, Severity: diag.SeverityNotice,
			What:  "without a server name (SNI), the server shows another certificate: " + other.Title(),
			Why:   "old clients, and whoever asks for the IP address, get that one",
			Fixes: []diag.Fix{{Do: "make this certificate the server's default, if such clients matter"}},
		})
	}
	if peer.Version >= tls.VersionTLS12 && seen.Old {
		j.more = append(j.more, diag.Finding{
			Code: diag.VerifyOldToo, Severity: diag.SeverityNotice, What: "the server still speaks TLS 1.0 or 1.1", Why: "both are deprecated (RFC 8996)",
			Fixes: []diag.Fix{{Do: "let the server speak TLS 1.2 and 1.3 only"}},
		})
	}
}

func alertWords(alert *uint8) string {
	if alert == nil {
		return ""
	}
	return fmt.Sprintf(" (%s, %d)", tlsparams.AlertName(*alert), *alert)
}
