package inspect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
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
	if strings.Contains(text, "://") {
		parsed, err := url.Parse(text)
		if err != nil || parsed.Scheme != "https" || parsed.Hostname() == "" {
			return Target{}, fmt.Errorf("%q is not an https URL", text)
		}
		port := parsed.Port()
		if port == "" {
			port = "443"
		}
		return Target{Host: parsed.Hostname(), Port: port}, nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), "443"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return Target{}, fmt.Errorf("%q has no port between 1 and 65535", text)
	}
	if host == "" || strings.ContainsAny(host, "/\\ \t\r\n\x00") {
		return Target{}, fmt.Errorf("%q names no host", text)
	}
	return Target{Host: host, Port: port}, nil
}

// Server is how a live server answered.
type Server struct {
	Address     string `json:"address"`
	ServerName  string `json:"server_name,omitempty"`
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
}

// Dial makes a TLS connection and gives the chain as the server sent it. Nothing
// is sent to the server but the handshake.
func Dial(ctx context.Context, target Target) (Server, []Item, error) {
	name := target.ServerName
	if name == "" {
		name = target.Host
	}
	var chain []*x509.Certificate
	dialer := tls.Dialer{Config: &tls.Config{
		ServerName: name,
		MinVersion: tls.VersionTLS10, // old servers are looked at, too
		// Everything is to be shown, above all what no client accepts. Nothing is
		// sent over the connection, and nothing received is believed.
		InsecureSkipVerify: true,
		// Called before a client certificate can be asked for, so that the chain is
		// seen even if the handshake then fails.
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			for _, der := range raw {
				if certificate, err := x509.ParseCertificate(der); err == nil {
					chain = append(chain, certificate)
				}
			}
			return nil
		},
	}}
	connection, err := dialer.DialContext(ctx, "tcp", target.Address())
	if err != nil && len(chain) == 0 {
		return Server{}, nil, unreachable(target, err)
	}
	server := Server{Address: target.Address(), Version: "handshake not completed"}
	if err == nil {
		defer connection.Close()
		state := connection.(*tls.Conn).ConnectionState()
		server.Version, server.CipherSuite = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	}
	if net.ParseIP(name) == nil {
		server.ServerName = name
	}
	r := &reader{}
	for _, certificate := range chain {
		r.addCertificate(certificate)
	}
	r.link()
	return server, r.items, nil
}

func unreachable(target Target, err error) error {
	e := diag.New(diag.InspectUnreachable, "no TLS server answered at "+target.Address()).From(err)
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return e.Because("something answered that is not TLS, perhaps plain HTTP").
			Fix("look at what it says", "curl -i http://"+target.Address()+"/")
	}
	return e.Fix("check host and port, and that the server is running", "devca inspect localhost:443")
}
