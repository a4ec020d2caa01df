// Package observe stands at the other end of TLS: it takes connections as a
// server, or passes them on untouched, keeps what was said in the handshake, and
// says why a client walked away.
//
// A client that does not trust a root seldom says so to its user in words that
// help, and a server's log says even less: crypto/tls reports "bad record MAC"
// where curl or Python said unknown_ca, because OpenSSL sends that alert in the
// clear after the keys have changed. What is read here are the client's own
// messages, with the keys that this end has.
//
// Clients may be hostile: their number, time and bytes are bounded.
package observe

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"devca/diag"
	"devca/trace"
)

const (
	// crowd bounds the connections at one time. Browsers open half a dozen each.
	crowd = 256
	// patience is how long other things may take: a page, or the way to the server
	// behind.
	patience = 10 * time.Second
	// silence is how long a client that finished its handshake may say nothing
	// before it is told about: browsers keep spare connections open.
	silence = 2 * time.Second
	// afterHandshake is how many bytes are kept of what follows it, while the
	// client's answer is waited for: a server may speak first, and much.
	afterHandshake = 1 << 18
)

// Visit is one client's connection, up to where its outcome was known.
type Visit struct {
	Number     int // from 1, in the order in which they came
	Start      time.Time
	Remote     string // the client's address and port
	Transcript *trace.Transcript
	End        End
	Failure    *diag.Error // what kept the client away; nil: nothing
	Program    Program     // what the client looks like

	patience time.Duration
}

// End is how the part of a connection that was looked at ended.
type End struct {
	Used   bool  // the client sent data after the handshake
	Closed bool  // the client left
	Reset  bool  // and not in good order, as seen by TCP
	Late   bool  // it took longer than it may
	Local  error // why this end gave up; nil: it did not
	Onward error // why there was nobody to pass the data on to
	NoKeys bool  // what is encrypted could not be read
}

// Outcome is a visit in one word.
type Outcome string

// The outcomes.
const (
	Served  Outcome = "served"  // data came through TLS
	Idle    Outcome = "idle"    // the handshake was finished, and nothing more came
	Refused Outcome = "refused" // the client did not want to go on, and said so
	Left    Outcome = "left"    // it went without a word
	Failed  Outcome = "failed"  // this end, or the server behind it, did not go on
)

// Outcome says how a visit ended.
func (v *Visit) Outcome() Outcome {
	switch {
	case v.refusal(true) != nil:
		return Refused
	case v.End.Onward != nil, v.End.Local != nil, v.End.Late, v.refusal(false) != nil:
		return Failed
	case v.End.Used:
		return Served
	case v.End.Closed:
		return Left
	default:
		return Idle
	}
}

// refusal is the first alert of one side that does not merely close.
func (v *Visit) refusal(client bool) *trace.Alert {
	for _, alert := range v.Transcript.Alerts(client) {
		if !alert.Closure() && (alert.Fatal || v.Transcript.Version < versionTLS13) {
			return alert
		}
	}
	return nil
}

// serve gives every connection of a listener to a function, until the listener is
// closed, and then waits for those that are still there. The end of the context
// ends both.
func serve(ctx context.Context, listener net.Listener, answer func(ctx context.Context, number int, connection net.Conn)) error {
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	var busy sync.WaitGroup
	defer busy.Wait()
	places := make(chan struct{}, crowd)
	for number := 1; ; number++ {
		connection, err := listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return nil //nolint:nilerr // the end that was asked for
			}
			number--
			time.Sleep(10 * time.Millisecond) // out of files, most often: others will close
			continue
		}
		places <- struct{}{}
		busy.Go(func() {
			defer func() { <-places }()
			defer connection.Close()
			over := context.AfterFunc(ctx, func() { _ = connection.Close() })
			defer over()
			answer(ctx, number, connection)
		})
	}
}

// ending sorts what a read or a handshake ended with.
func ending(err error) End {
	if err == nil {
		return End{}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return End{Late: true}
	}
	return End{Closed: true, Reset: errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)}
}
