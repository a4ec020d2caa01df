package badssl

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"devca/diag"
)

const (
	// patience is how long one connection may take: it is a handshake and a page.
	patience = 20 * time.Second
	// crowd bounds the connections at one time; browsers open half a dozen each.
	crowd = 256
	// longest is how much of a request is read.
	longest = 16 << 10
)

// Server shows a fixture: the name in the handshake chooses the certificate. It
// answers plain HTTP at the same port with the files that certificates name.
type Server struct {
	Fixture *Fixture
	Index   string // the page, plain text
	// Seen is told who came for which kind, and how the handshake ended for the
	// server; nil: nobody is told. It may be called from many goroutines.
	Seen func(kind string, err error)
}

// Listen opens a port. Addresses that others can reach are refused unless forced:
// what is shown there looks like an attack to whoever comes by.
func Listen(ctx context.Context, address string, force bool) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, diag.New(diag.BadSSLAddress, "this is no address and port").From(err).
			Fix("name both", "devca badssl --addr 127.0.0.1:8443")
	}
	if ip := net.ParseIP(host); (ip == nil || !ip.IsLoopback()) && host != "localhost" && !force {
		return nil, diag.New(diag.BadSSLAddress, "others could reach "+address).
			Because("a server that fails on purpose looks to them like an attack, or like a machine that was broken into").
			Fix("stay on this machine", "devca badssl --addr 127.0.0.1:8443").
			Fix("or insist, in a network of your own", diag.CommandLine("devca", "badssl", "--addr", address, "--force"))
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		if wrapped, ok := errors.AsType[*net.OpError](err); ok {
			err = wrapped.Err
		}
		return nil, diag.New(diag.BadSSLPort, "nothing can be shown at "+address).From(err).
			Fix("take any free port", "devca badssl --addr 127.0.0.1:0")
	}
	return listener, nil
}

// Serve answers until the context ends.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	var busy sync.WaitGroup
	defer busy.Wait()
	places := make(chan struct{}, crowd)
	for {
		connection, err := listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil //nolint:nilerr // the end that was asked for
			}
			if temporary(err) {
				time.Sleep(10 * time.Millisecond)
				continue
			}
			return err
		}
		places <- struct{}{}
		busy.Go(func() {
			defer func() { <-places }()
			defer connection.Close()
			over := context.AfterFunc(ctx, func() { _ = connection.Close() })
			defer over()
			_ = connection.SetDeadline(time.Now().Add(patience))
			s.answer(ctx, connection)
		})
	}
}

// temporary tells an error of one connection, or of a moment, from the end of the
// listener.
func temporary(err error) bool {
	return !errors.Is(err, net.ErrClosed)
}

// answer tells a handshake (a record of type 22: RFC 8446, 5.1) from plain HTTP.
func (s *Server) answer(ctx context.Context, connection net.Conn) {
	peeked := &peekedConn{Conn: connection, reader: bufio.NewReaderSize(connection, longest)}
	first, err := peeked.reader.Peek(1)
	if err != nil {
		return
	}
	if first[0] != 22 {
		s.plain(peeked)
		return
	}
	var shown *Made
	secure := tls.Server(peeked, &tls.Config{
		MinVersion: tls.VersionTLS10, //nolint:gosec // replaced below
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			shown = s.Fixture.find(strings.ToLower(hello.ServerName))
			if shown.Plain {
				// What nginx says to a handshake on a port without TLS.
				_, _ = io.WriteString(connection, page("400 Bad Request", "text/plain", "this port speaks plain HTTP\n"))
				_ = connection.Close()
				return nil, errors.New("plain HTTP")
			}
			return configFor(shown, hello), nil
		},
	})
	err = secure.HandshakeContext(ctx)
	if s.Seen != nil && shown != nil {
		s.Seen(shown.Kind.Name, err)
	}
	if err != nil {
		return
	}
	request, err := readRequest(bufio.NewReaderSize(secure, longest))
	if err != nil {
		return
	}
	text := shown.Kind.Name + ": " + shown.Kind.Wrong + "\n"
	if shown.Kind.Name == "good" && request.path == "/" {
		text = s.Index
	}
	_, _ = io.WriteString(secure, page("200 OK", "text/plain; charset=utf-8", text))
	_ = secure.Close()
}

// configFor shows a kind. HTTP/1.1 is offered only to those that ask for it:
// a client with other protocols only is not to fail for that.
func configFor(made *Made, hello *tls.ClientHelloInfo) *tls.Config {
	config := &tls.Config{
		Certificates: []tls.Certificate{*made.Certificate()},
		MinVersion:   tls.VersionTLS12, MaxVersion: made.MaxVersion,
		SessionTicketsDisabled: true, // a resumed session would show no certificate
	}
	if made.MinVersion != 0 {
		config.MinVersion = made.MinVersion
	}
	if slices.Contains(hello.SupportedProtos, "http/1.1") {
		config.NextProtos = []string{"http/1.1"}
	}
	return config
}

// plain answers what certificates point to: an issuer, a list, an OCSP responder.
// The OCSP answer was made beforehand and is the same for every question.
func (s *Server) plain(connection *peekedConn) {
	request, err := readRequest(connection.reader)
	if err != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, connection.reader, request.body)
	kind, data := s.Fixture.file(request.path)
	if data == nil {
		_, _ = io.WriteString(connection, page("400 Bad Request", "text/plain", "this port speaks HTTPS\n"))
		return
	}
	_, _ = io.WriteString(connection, page("200 OK", kind, string(data)))
}
