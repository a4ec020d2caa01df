package observe

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"devca/trace"
)

// Server takes TLS connections as a web server does, and passes what comes out
// of them on to a server without TLS, or answers with a page of its own.
type Server struct {
	// Config has the certificates. It is copied for each connection.
	Config *tls.Config
	// To is HOST:PORT of a server without TLS; empty: a page is the answer.
	To string
	// Why says why there is no certificate for a name; nil: nobody knows.
	Why func(name string) error
	// Check is what devca verify is to be asked about where the certificate is not
	// devca's own; empty: it is.
	Check string
	// Patience is how long a handshake may take.
	Patience time.Duration
	// Seen is told of each visit once its outcome is known. It may be called from
	// many goroutines; a connection waits for it.
	Seen func(*Visit)
}

// Serve answers until the listener is closed, and then waits for the connections
// that are still there. The end of the context ends both.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	base := s.Config.Clone()
	var key [32]byte // of the tickets: each connection has a copy of the configuration
	rand.Read(key[:])
	base.SetSessionTicketKeys([][32]byte{key})
	base.KeyLogWriter = new(trace.KeyLog) // resumed sessions of TLS 1.2 need the keys of the first one
	return serve(ctx, listener, func(ctx context.Context, number int, connection net.Conn) {
		s.answer(ctx, base, number, connection)
	})
}

// answer follows one connection.
func (s *Server) answer(ctx context.Context, base *tls.Config, number int, connection net.Conn) {
	visit := &Visit{patience: s.Patience, Number: number, Start: time.Now(), Remote: connection.RemoteAddr().String()}
	_ = connection.SetDeadline(time.Now().Add(s.Patience))
	secure, session, err := trace.Server(ctx, connection, base)
	if err != nil {
		visit.fail(err)
		session.Stop()
		s.tell(visit, session)
		sayHTTPS(err)
		return
	}
	_ = connection.SetDeadline(time.Time{})
	session.Bound(afterHandshake)
	first := &firstRead{Conn: secure, done: make(chan struct{})}
	var onward error
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		defer secure.Close()
		onward = s.pass(ctx, first)
	}()
	wait := time.NewTimer(silence)
	defer wait.Stop()
	select {
	case <-first.done:
	case <-gone:
		visit.End.Onward = onward
	case <-wait.C:
	}
	select {
	case <-first.done: // perhaps together with another
		visit.End = ending(first.err)
		visit.End.Used = first.used
	default:
	}
	session.Stop()
	s.tell(visit, session)
	<-gone
}

// fail keeps why a handshake ended.
func (v *Visit) fail(err error) {
	// The other side's alerts are in the transcript; this side's reasons are not.
	if failure, ok := errors.AsType[*net.OpError](err); ok && failure.Op == "remote error" {
		return
	}
	_, broken := errors.AsType[*net.OpError](err)
	_, timeout := errors.AsType[net.Error](err)
	if broken || timeout || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, context.DeadlineExceeded) {
		v.End = ending(err)
		return
	}
	v.End.Local = err
}

func (s *Server) tell(visit *Visit, session *trace.Session) {
	visit.Transcript = session.Transcript()
	visit.judge(s.Check, s.Why)
	s.Seen(visit)
}

// pass hands the data of a connection on, until either side ends. The error says
// why there was nobody to hand them to.
func (s *Server) pass(ctx context.Context, client net.Conn) error {
	if s.To == "" {
		answerPage(client)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	server, err := new(net.Dialer).DialContext(ctx, "tcp", s.To)
	cancel()
	if err != nil {
		return err
	}
	defer server.Close()
	relay(client, server)
	return nil
}

// relay copies both ways until both sides have said all. A side that only stopped
// sending may still be answered.
func relay(client, server net.Conn) {
	var both sync.WaitGroup
	one := func(to, from net.Conn) {
		_, err := io.Copy(to, from)
		half, ok := to.(interface{ CloseWrite() error })
		if err != nil || !ok || half.CloseWrite() != nil {
			_ = to.Close()
		}
	}
	both.Go(func() { one(server, client) })
	both.Go(func() { one(client, server) })
	both.Wait()
}

// firstRead notices the first thing that a client does after the handshake.
type firstRead struct {
	*tls.Conn

	once sync.Once
	done chan struct{}
	used bool
	err  error
}

func (f *firstRead) Read(b []byte) (int, error) {
	n, err := f.Conn.Read(b)
	f.once.Do(func() {
		f.used, f.err = n > 0, err
		close(f.done)
	})
	return n, err
}
