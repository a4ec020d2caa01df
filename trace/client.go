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
// A KeyLogWriter is replaced, unless it is a KeyLog: then that one is used.
func Client(ctx context.Context, connection net.Conn, config *tls.Config) (*tls.Conn, *Session, error) {
	session := newSession(connection, true, config)
	config = config.Clone()
	config.KeyLogWriter = session.Keys
	if config.ClientSessionCache == nil {
		config.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
	secure := tls.Client(session, config)
	return secure, session, secure.HandshakeContext(ctx)
}

// newSession keeps the keys in the configuration's own KeyLog, if it has one: a
// session of TLS 1.2 that is resumed takes the keys of the one before.
func newSession(connection net.Conn, client bool, config *tls.Config) *Session {
	keys, ok := config.KeyLogWriter.(*KeyLog)
	if !ok {
		keys = new(KeyLog)
	}
	return &Session{Recorder: Record(connection, client), Keys: keys}
}

// Server is Client for the other end: it waits for a client's hello.
func Server(ctx context.Context, connection net.Conn, config *tls.Config) (*tls.Conn, *Session, error) {
	session := newSession(connection, false, config)
	config = config.Clone()
	config.KeyLogWriter = session.Keys
	secure := tls.Server(session, config)
	return secure, session, secure.HandshakeContext(ctx)
}
