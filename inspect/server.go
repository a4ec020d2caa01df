package inspect

import (
	"context"
	"crypto/tls"
	"net/netip"

	"devca/dial"
)

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
// is sent to the server but the handshake, and STARTTLS before it where the
// target's protocol wants that.
func Dial(ctx context.Context, target dial.Target) (Server, []Item, error) {
	server := Server{Address: target.Address()}
	if _, err := netip.ParseAddr(target.Name()); err != nil {
		server.ServerName = target.Name() // RFC 6066, 3: no addresses
	}
	peer, err := dial.Connect(ctx, target, dial.Options{})
	if err != nil {
		return server, nil, err
	}
	server.Version, server.AsksForClient = tls.VersionName(peer.Version), peer.AsksForClient
	if peer.CipherSuite != 0 {
		server.CipherSuite = tls.CipherSuiteName(peer.CipherSuite)
	}
	if peer.Failure != nil {
		server.Failure = peer.Failure.Error()
	}
	r := &reader{checks: maxChecks}
	for _, der := range peer.Chain {
		r.readCertificate(der)
	}
	r.link()
	return server, r.items, nil
}
