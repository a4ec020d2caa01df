package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"reflect"
	"strings"
	"syscall"
	"time"
)

// Options say how a server is asked.
type Options struct {
	Proxy       string           // URL of a proxy; empty: none
	Certificate *tls.Certificate // to show if the server asks for one; nil: none
	MaxVersion  uint16           // of TLS; 0: the newest
	NoSNI       bool             // send no server name
	Modern      bool             // offer what clients of today offer, and not all that crypto/tls has
	Phases      *Phases          // to be filled by Open; nil: nobody asks
}

// Peer is what a server showed.
type Peer struct {
	Target Target
	Remote string // the address that answered

	Version, CipherSuite uint16
	Group                tls.CurveID
	Protocol             string // that ALPN settled on

	Chain  [][]byte // as sent, DER
	Staple []byte   // OCSP response, DER
	SCTs   [][]byte

	AsksForClient bool     // it asked for a client's certificate
	AcceptableCAs [][]byte // the names that it asked for, DER
	ShownClient   bool     // and got one

	// Failure is why the connection ended after the certificates came, such as
	// for want of a client's certificate; Alert is the number of the alert that
	// the server sent, if it did.
	Failure error
	Alert   *uint8
}

// afterHandshake is how long a server that asked for a certificate has to say
// that it does not go on without one: under TLS 1.3 it says so after the client's
// side of the handshake is over.
const afterHandshake = 300 * time.Millisecond

// Connect makes a connection and a handshake that accepts everything. Nothing is
// sent but what the handshake takes, and the connection is closed. The context's
// deadline bounds all of it.
func Connect(ctx context.Context, target Target, options Options) (*Peer, error) {
	peer := &Peer{Target: target}
	connection, err := Open(ctx, target, options)
	if err != nil {
		return nil, Explain(ctx, target, err)
	}
	peer.Remote = connection.RemoteAddr().String()
	err = peer.handshake(ctx, connection, options)
	if _, unread := errors.AsType[unreadError](err); unread {
		// The chain can be had all the same.
		if again := recorded(ctx, target, options); again != nil {
			return again, nil
		}
		err = failed(ctx, target, err)
	}
	if err != nil {
		return nil, err
	}
	return peer, nil
}

// unreadError says that the handshake ended because of a certificate that
// crypto/tls cannot read.
type unreadError struct{ error }

// handshake makes the handshake, and closes the connection.
func (p *Peer) handshake(ctx context.Context, connection net.Conn, options Options) error {
	defer connection.Close()
	secure := tls.Client(connection, p.config(options))
	switch err := secure.HandshakeContext(ctx); {
	case err == nil:
		p.note(secure.ConnectionState())
		p.listen(secure)
	case len(p.Chain) > 0:
		p.fail(err)
	case strings.Contains(err.Error(), "failed to parse certificate from server"):
		// crypto/tls parses the chain before anybody may look at it, and has no type
		// for this error.
		return unreadError{err}
	default:
		return failed(ctx, p.Target, err)
	}
	return nil
}

// config keeps what a server shows besides.
func (p *Peer) config(options Options) *tls.Config {
	config := Config(p.Target, options)
	// Called as soon as the chain is there: it is kept even if the handshake
	// then fails, such as at a server that wants to see a client's certificate.
	config.VerifyConnection = func(state tls.ConnectionState) error {
		p.note(state)
		return nil
	}
	show := config.GetClientCertificate
	config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		p.AsksForClient, p.AcceptableCAs, p.ShownClient = true, request.AcceptableCAs, options.Certificate != nil
		return show(request)
	}
	return config
}

// Config is for a client that believes everything and says nothing: everything is
// to be judged by somebody else, above all what no client accepts.
func Config(target Target, options Options) *tls.Config {
	name := target.Name()
	config := &tls.Config{
		InsecureSkipVerify: true,
		MinVersion:         tls.VersionTLS12,
		MaxVersion:         options.MaxVersion,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if options.Certificate == nil {
				return &tls.Certificate{}, nil
			}
			return options.Certificate, nil
		},
	}
	if !options.Modern {
		// Old servers are looked at, too: with everything that crypto/tls still has.
		config.MinVersion, config.CipherSuites = tls.VersionTLS10, everySuite()
	}
	if target.Protocol.Name == "https" {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	if !options.NoSNI && !isAddress(name) { // RFC 6066, 3: no addresses
		config.ServerName = name
	}
	return config
}

func everySuite() []uint16 {
	var ids []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, suite.ID)
	}
	return ids
}

func (p *Peer) note(state tls.ConnectionState) {
	p.Version, p.CipherSuite, p.Group, p.Protocol = state.Version, state.CipherSuite, state.CurveID, state.NegotiatedProtocol
	p.Staple, p.SCTs = state.OCSPResponse, state.SignedCertificateTimestamps
	p.Chain = nil
	for _, certificate := range state.PeerCertificates {
		p.Chain = append(p.Chain, certificate.Raw)
	}
}

// listen waits a moment for a server that wants a certificate to say so.
func (p *Peer) listen(connection *tls.Conn) {
	if !p.AsksForClient || p.Version < tls.VersionTLS13 {
		return
	}
	if connection.SetReadDeadline(time.Now().Add(afterHandshake)) != nil {
		return
	}
	// One that only closes the connection had nothing to hear.
	if _, err := connection.Read(make([]byte, 1)); alertOf(err) != nil || errors.Is(err, syscall.ECONNRESET) {
		p.fail(err)
	}
}

func (p *Peer) fail(err error) {
	p.Failure, p.Alert = err, alertOf(err)
}

// alertOf gives the number of the alert that the other side sent (RFC 8446, 6).
// crypto/tls has a type for it, which it keeps to itself.
func alertOf(err error) *uint8 {
	failure, ok := errors.AsType[*net.OpError](err)
	if !ok || failure.Op != "remote error" {
		return nil
	}
	if value := reflect.ValueOf(failure.Err); value.Kind() == reflect.Uint8 {
		number := uint8(value.Uint())
		return &number
	}
	return nil
}
