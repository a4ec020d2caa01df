package scan

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"devca/trace"
)

const (
	typeAlert     = 21
	typeHandshake = 22

	handshakeClientHello = 1

	recordHeader = 5
	maxFragment  = 1<<14 + 2048 // RFC 5246, 6.2.3

	// maxAnswer bounds what is read of one answer, and maxLooks how often it is
	// looked at: a server that sends single bytes in records of their own costs no
	// more than another.
	maxAnswer = 64 << 10
	maxLooks  = 48
)

var (
	errNotTLS  = errors.New("what the server answered is not TLS")
	errEndless = errors.New("the server answers without end")
)

// answer is the first answer to a hello.
type answer struct {
	transcript *trace.Transcript
	hello      *trace.ServerHello // or a HelloRetryRequest; nil: refused
	alert      *uint8             // with which it was refused
}

// group is the one that the server chose, and the size of the prime if it was DHE.
func (a *answer) group() (id uint16, bits int) {
	if a.hello.Share.Group != 0 {
		return a.hello.Share.Group, 0
	}
	if m := a.transcript.First(trace.KindServerKeyExchange, false); m != nil {
		if body, ok := m.Body.(*trace.ServerKeyExchange); ok {
			return body.Group, body.Bits
		}
	}
	return 0, 0
}

// has says whether the server sent an extension.
func (a *answer) has(kind uint16) bool {
	for _, e := range a.hello.Extensions {
		if e.Type == kind {
			return true
		}
	}
	return false
}

// ask sends a hello on a connection and reads the first answer. That the server
// closes without a word is a refusal, too: it has no alert.
func ask(ctx context.Context, connection net.Conn, h hello) (*answer, error) {
	defer connection.Close()
	stop := context.AfterFunc(ctx, func() { _ = connection.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if deadline, ok := ctx.Deadline(); ok {
		if err := connection.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	sent, err := h.record()
	if err != nil {
		return nil, err
	}
	if _, err := connection.Write(sent); err != nil && !gone(err) {
		return nil, err
	}
	return read(connection, sent)
}

// read reads until there is enough to say what the server chose: its hello and,
// up to TLS 1.2, the rest of its flight, which follows at once.
func read(from io.Reader, sent []byte) (*answer, error) {
	var received []byte
	buffer := make([]byte, 1<<12)
	known, looks := 0, 0
	for {
		n, err := from.Read(buffer)
		received = append(received, buffer[:n]...)
		if len(received) > 0 && received[0] != typeAlert && received[0] != typeHandshake {
			return nil, fmt.Errorf("%w: it begins with %q", errNotTLS, received[:min(len(received), 8)])
		}
		if whole := wholeRecords(received); whole > known || err != nil {
			known, looks = whole, looks+1
			a := look(sent, received[:whole])
			if a.done() || err != nil && a.hello != nil {
				return a, nil
			}
		}
		switch {
		case err == nil && (len(received) > maxAnswer || looks > maxLooks):
			return nil, errEndless
		case err == nil:
		case gone(err):
			return &answer{}, nil
		default:
			return nil, err
		}
	}
}

// wholeRecords is the length of the records that are whole.
func wholeRecords(received []byte) int {
	whole := 0
	for len(received)-whole >= recordHeader {
		length := int(binary.BigEndian.Uint16(received[whole+recordHeader-2:]))
		if length > maxFragment || len(received)-whole-recordHeader < length {
			break
		}
		whole += recordHeader + length
	}
	return whole
}

// look takes apart what there is.
func look(sent, received []byte) *answer {
	a := &answer{transcript: trace.Parse(trace.Recording{Segments: []trace.Segment{{FromClient: true, Data: sent}, {Data: received}}}, nil)}
	for _, kind := range []trace.Kind{trace.KindServerHello, trace.KindHelloRetryRequest} {
		if m := a.transcript.First(kind, false); m != nil {
			a.hello, _ = m.Body.(*trace.ServerHello)
			break
		}
	}
	const unrecognizedName = 112
	for _, alert := range a.transcript.Alerts(false) {
		// Servers warn that they do not know the name, and go on (RFC 6066, 3).
		if alert.Fatal || alert.Number != unrecognizedName && a.hello == nil {
			a.alert = &alert.Number
			break
		}
	}
	return a
}

// done says whether nothing that matters is to come.
func (a *answer) done() bool {
	switch {
	case a.alert != nil:
		return true
	case a.hello == nil:
		return false
	}
	return a.hello.Version >= versionTLS13 || a.transcript.First(trace.KindServerHelloDone, false) != nil
}

// gone says whether the other side closed the connection, in order or not: some
// servers refuse so.
func gone(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	failure, ok := errors.AsType[*net.OpError](err)
	return ok && !failure.Timeout()
}

// late says whether the time was over.
func late(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
