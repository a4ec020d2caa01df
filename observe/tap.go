package observe

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"devca/diag"
	"devca/trace"
)

const (
	// settled is how long nothing may have come for a handshake to be told about,
	// and how often that is looked at.
	settled = 150 * time.Millisecond
	// maxKeyLog bounds the file of keys; a browser's whole day is a megabyte.
	maxKeyLog = 16 << 20
	// keysLate is how long after the end of a connection its keys may be written.
	keysLate = time.Second
	// tapped is how much of a connection is kept: the handshake and the beginning
	// of what follows.
	tapped = 1 << 20
)

// Tap passes connections between two other programs on, byte by byte, and looks
// at them with the keys that one of the two writes to a file (SSLKEYLOGFILE).
type Tap struct {
	To     string       // HOST:PORT
	KeyLog string       // file; it may come to be later
	Seen   func(*Visit) // as of Server

	Patience time.Duration // as of Server
}

// Serve passes on until the listener is closed, as Server's.
func (t *Tap) Serve(ctx context.Context, listener net.Listener) error {
	if _, err := t.keys(); err != nil {
		return err
	}
	return serve(ctx, listener, t.pass)
}

// keys reads the file. One that is not there has no keys yet.
func (t *Tap) keys() (*trace.KeyLog, error) {
	file, err := os.Open(t.KeyLog)
	if errors.Is(err, os.ErrNotExist) {
		return new(trace.KeyLog), nil
	}
	if err == nil {
		defer file.Close()
		var keys *trace.KeyLog
		if keys, err = trace.ParseKeyLog(io.LimitReader(file, maxKeyLog)); err == nil {
			return keys, nil
		}
	}
	return nil, diag.New(diag.ObserveKeyLog, "the key log "+t.KeyLog+" cannot be read").From(err).
		Fix("name the file that the program writes with SSLKEYLOGFILE", "")
}

// pass follows one connection.
func (t *Tap) pass(ctx context.Context, number int, connection net.Conn) {
	visit := &Visit{patience: t.Patience, Number: number, Start: time.Now(), Remote: connection.RemoteAddr().String()}
	recorder := &paced{Recorder: trace.Record(connection, false)}
	recorder.Bound(tapped)
	dialing, cancel := context.WithTimeout(ctx, patience)
	server, err := new(net.Dialer).DialContext(dialing, "tcp", t.To)
	cancel()
	if err != nil {
		visit.End.Onward = err
		visit.Transcript = recorder.transcript(nil)
		visit.Failure = finding(diag.ObserveOnward, "the server cannot be reached").From(err).Fix("start it, or name another one with --to HOST:PORT", "")
		t.Seen(visit)
		return
	}
	defer server.Close()
	over := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer over()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		relay(recorder, server)
	}()
	t.follow(ctx, visit, recorder, ended)
	<-ended
}

// follow waits until the handshake is over, or cannot be read, and tells.
func (t *Tap) follow(ctx context.Context, visit *Visit, recorder *paced, ended <-chan struct{}) {
	look := time.NewTicker(settled)
	defer look.Stop()
	deadline := time.NewTimer(t.Patience)
	defer deadline.Stop()
	closed, waited := ended, false
	for {
		select {
		case <-closed:
			visit.End.Closed, closed = true, nil
			deadline.Reset(keysLate)
			continue
		case <-deadline.C:
			waited = true
		case <-ctx.Done():
			return
		case <-look.C:
		}
		if recorder.since() < settled && !waited {
			continue
		}
		keys, err := t.keys()
		if err != nil {
			keys = new(trace.KeyLog)
		}
		transcript := recorder.transcript(keys)
		known := transcript.Opened && transcript.ClientHello() != nil
		enough := waited || known && (visit.End.Closed || transcript.Finished() && (used(transcript) || recorder.since() >= silence)) ||
			visit.End.Closed && transcript.ClientHello() == nil
		if !enough {
			continue
		}
		recorder.Stop()
		visit.Transcript = transcript
		visit.End.Used = used(transcript)
		visit.End.NoKeys = transcript.ClientHello() != nil && !known
		visit.End.Late = waited && !visit.End.Closed && !visit.End.NoKeys && !transcript.Finished()
		visit.judge(t.To, nil)
		t.Seen(visit)
		return
	}
}

// used says whether the client sent data.
func used(t *trace.Transcript) bool {
	for _, m := range t.Messages {
		if m.FromClient && (m.Kind == trace.KindApplication || m.Kind == trace.KindHTTP2) {
			return true
		}
	}
	return false
}

// paced is a recorder that knows when something came last.
type paced struct {
	*trace.Recorder

	last atomic.Int64 // Unix time in nanoseconds
}

func (p *paced) Read(b []byte) (int, error) {
	n, err := p.Recorder.Read(b)
	p.last.Store(time.Now().UnixNano())
	if err != nil {
		p.Stop() // what the server says to a client that is gone does not matter
	}
	return n, err
}

func (p *paced) Write(b []byte) (int, error) {
	n, err := p.Recorder.Write(b)
	p.last.Store(time.Now().UnixNano())
	return n, err
}

// CloseWrite tells the client that the server has said all.
func (p *paced) CloseWrite() error {
	if half, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return p.Close()
}

// since is how long nothing came either way.
func (p *paced) since() time.Duration { return time.Since(time.Unix(0, p.last.Load())) }

func (p *paced) transcript(keys *trace.KeyLog) *trace.Transcript {
	return trace.Parse(p.Recording(), keys)
}
