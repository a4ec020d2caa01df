package inspect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"devca/diag"
)

// Target is a server to look at.
type Target struct {
	Host       string
	Port       string
	ServerName string // sent as SNI and, unlike Host, never an address; empty: Host
}

// Address is the target in the form that net.Dial takes.
func (t Target) Address() string { return net.JoinHostPort(t.Host, t.Port) }

// ParseTarget reads HOST, HOST:PORT, [ADDRESS]:PORT or an https URL.
func ParseTarget(text string) (Target, error) {
	host, port := text, ""
	switch {
	case strings.Contains(text, "://"):
		parsed, err := url.Parse(text)
		if err != nil || parsed.Scheme != "https" {
			return Target{}, fmt.Errorf("%q is not an https URL", text)
		}
		host, port = parsed.Hostname(), parsed.Port()
	case isAddress(unbracketed(text)):
		host = unbracketed(text)
	case strings.Contains(text, ":"):
		var err error
		if host, port, err = net.SplitHostPort(text); err != nil {
			return Target{}, fmt.Errorf("%q is not of the form HOST:PORT", text)
		}
		if port == "" {
			return Target{}, fmt.Errorf("%q has no port behind the colon", text)
		}
	}
	if port == "" {
		port = "443"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return Target{}, fmt.Errorf("%q is not a port between 1 and 65535", port)
	}
	if host == "" || strings.ContainsFunc(host, notOfHost) {
		return Target{}, fmt.Errorf("%q names no host", text)
	}
	return Target{Host: host, Port: port}, nil
}

func unbracketed(text string) string {
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]")
	}
	return text
}

// isAddress also takes addresses with a zone, as in fe80::1%eth0.
func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func notOfHost(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\"'?#@`, r) }

// Server is how a live server answered.
type Server struct {
	Address     string `json:"address"`
	ServerName  string `json:"server_name,omitempty"`
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`

	AsksForClient bool   `json:"asks_for_client_certificate"`
	Failure       string `json:"failure,omitempty"` // why the handshake ended after the certificates
}

// Dial makes a TLS connection and gives the chain as the server sent it. Nothing
// is sent to the server but the handshake.
func Dial(ctx context.Context, target Target) (Server, []Item, error) {
	name := target.ServerName
	if name == "" {
		name = target.Host
	}
	server := Server{Address: target.Address()}
	if !isAddress(name) {
		server.ServerName = name // RFC 6066, 3: no addresses
	}
	var chain []*x509.Certificate
	dialer := tls.Dialer{Config: &tls.Config{
		ServerName: name,
		// Old servers are looked at, too: with everything that crypto/tls still has.
		MinVersion:   tls.VersionTLS10,
		CipherSuites: everySuite(),
		// Everything is to be shown, above all what no client accepts. Nothing is
		// sent over the connection, and nothing received is believed.
		InsecureSkipVerify: true,
		// Called as soon as the chain is there: it is shown even if the handshake
		// then fails, such as at a server that wants to see a client certificate.
		VerifyConnection: func(state tls.ConnectionState) error {
			server.Version, server.CipherSuite = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
			chain = state.PeerCertificates
			return nil
		},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			server.AsksForClient = true
			return &tls.Certificate{}, nil // none
		},
	}}
	connection, err := dialer.DialContext(ctx, "tcp", target.Address())
	switch {
	case err == nil:
		defer connection.Close()
	case len(chain) == 0:
		return server, nil, unreachable(target, err)
	default:
		server.Failure = err.Error()
	}
	r := &reader{checks: maxChecks}
	for _, certificate := range chain {
		r.addCertificate(certificate)
	}
	r.link()
	return server, r.items, nil
}

func everySuite() []uint16 {
	var ids []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, suite.ID)
	}
	return ids
}

func unreachable(target Target, err error) error {
	address := target.Address()
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return diag.New(diag.InspectUnreachable, "what answers at "+address+" is not a TLS server").
			Because("perhaps it speaks plain HTTP there, or another protocol first").
			Fix("look at what it says", diag.CommandLine("curl", "-i", "http://"+address+"/"))
	}
	// crypto/tls parses the chain before anybody may look at it, and has no type
	// for this error.
	if strings.Contains(err.Error(), "failed to parse certificate from server") {
		return diag.New(diag.InspectUnreadable, "a certificate of the server at "+address+" cannot be read").From(err).
			Fix("see what OpenSSL makes of it", diag.CommandLine("openssl", "s_client", "-connect", address, "-showcerts"))
	}
	if name, ok := errors.AsType[*net.DNSError](err); ok && name.IsNotFound {
		return diag.New(diag.InspectUnreachable, "there is no file and no host of the name "+target.Host).
			Fix("check the spelling, or give the server as HOST:PORT", "devca inspect localhost:443")
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return diag.New(diag.InspectUnreachable, "no TLS server answered in time at "+address).
			Fix("check host and port, or wait longer", diag.CommandLine("devca", "inspect", address, "--timeout", "1m"))
	}
	return diag.New(diag.InspectUnreachable, "no TLS server answered at "+address).From(err).
		Fix("check host and port, and that the server is running", "devca inspect localhost:443")
}
