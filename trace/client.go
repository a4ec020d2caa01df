package trace

import (
	"context"
	"crypto/tls"
	"net"
)

// Session is a connection that is being traced: what was recorded, and the keys
// to it.
type Session struct {
	*Recorder
	Keys *KeyLog
}

// Transcript takes what was recorded so far apart.
func (s *Session) Transcript() *Transcript { return Parse(s.Recording(), s.Keys) }

// Client makes a handshake as a client on a connection, and traces it. The
// session is there also if the handshake failed: it shows how far it came. Of the
// configuration a copy is used; without a session cache of its own it gets one,
// because a client of Go without one does not say that it could resume, and
// servers then give no tickets (measured).
func Client(ctx context.Context, connection net.Conn, config *tls.Config) (*tls.Conn, *Session, error) {
	session := &Session{Recorder: Record(connection, true), Keys: new(KeyLog)}
	config = config.Clone()
	config.KeyLogWriter = session.Keys
	if config.ClientSessionCache == nil {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	secure := tls.Client(session, config)
	return secure, session, secure.HandshakeContext(ctx)
}

// Server is Client for the other end: it waits for a client's hello.
func Server(ctx context.Context, connection net.Conn, config *tls.Config) (*tls.Conn, *Session, error) {
	session := &Session{Recorder: Record(connection, false), Keys: new(KeyLog)}
	config = config.Clone()
	config.KeyLogWriter = session.Keys
	secure := tls.Server(session, config)
	return secure, session, secure.HandshakeContext(ctx)
}
