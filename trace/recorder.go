// Package trace makes a TLS connection visible: it keeps a copy of the bytes and
// the keys of a connection that crypto/tls (or another program) makes, and
// afterwards takes them apart, message by message, from either end.
//
// Nothing is on the path of the handshake but the copying of its bytes. What is
// parsed comes from a peer that may be hostile; every loop and every copy is
// bounded, and nothing that is found here is a judgement of trust.
package trace

import (
	"net"
	"slices"
	"sync"
	"time"
)

// MaxRecorded bounds what a Recorder keeps of a connection, in bytes. A handshake
// takes some thousands; crypto/tls accepts at most a quarter of a megabyte of
// certificates.
const MaxRecorded = 8 << 20

// maxSegments bounds the number of pieces, whatever their size: a peer that sends
// single bytes must not cost a hundred times what it sends.
const maxSegments = 1 << 15

// Segment is what one call to Read or Write moved.
type Segment struct {
	At         time.Duration // since the recorder began
	FromClient bool
	Data       []byte
}

// Recording is the traffic of one connection in the order in which one side saw
// it.
type Recording struct {
	Start     time.Time
	Segments  []Segment
	Truncated bool // there was more than is kept
}

// Recorder is a connection that keeps a copy of what goes through it, with the
// time of each call. Times are those of Read and Write in this process, not of
// the wire: what comes in one packet has one time.
type Recorder struct {
	net.Conn
	client bool // this side is the client

	mu        sync.Mutex
	recording Recording
	kept      int
	limit     int
	stopped   bool
}

// Record begins to record a connection of which this side is the client, or the
// server.
func Record(connection net.Conn, client bool) *Recorder {
	return &Recorder{Conn: connection, client: client, limit: MaxRecorded, recording: Recording{Start: time.Now()}}
}

// Read keeps what came.
func (r *Recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.keep(!r.client, b[:n])
	return n, err
}

// Write keeps what is sent before it goes: another goroutine may have read the
// answer, and be done with it, before the call returns.
func (r *Recorder) Write(b []byte) (int, error) {
	kept := r.keep(r.client, b)
	n, err := r.Conn.Write(b)
	if n < len(b) {
		r.cut(kept, n)
	}
	return n, err
}

// Stop ends the recording; the connection goes on.
func (r *Recorder) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
}

// Bound keeps at most so many bytes more than there are by now.
func (r *Recorder) Bound(more int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limit = min(r.limit, r.kept+more)
}

// Recording is what was recorded so far. Its segments are not changed any more.
func (r *Recorder) Recording() Recording {
	r.mu.Lock()
	defer r.mu.Unlock()
	copied := r.recording
	copied.Segments = r.recording.Segments[:len(r.recording.Segments):len(r.recording.Segments)]
	return copied
}

// keep gives the number of the segment; none: -1.
func (r *Recorder) keep(fromClient bool, b []byte) int {
	at := time.Now()
	if len(b) == 0 {
		return -1
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.stopped:
	case r.kept+len(b) > r.limit, len(r.recording.Segments) >= maxSegments:
		r.recording.Truncated = true
	default:
		r.kept += len(b)
		r.recording.Segments = append(r.recording.Segments, Segment{
			At: at.Sub(r.recording.Start), FromClient: fromClient, Data: append([]byte(nil), b...),
		})
		return len(r.recording.Segments) - 1
	}
	return -1
}

// cut takes off what was not sent after all, in a copy: somebody may have the
// recording so far.
func (r *Recorder) cut(segment, n int) {
	if segment < 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	segments := slices.Clone(r.recording.Segments)
	r.kept -= len(segments[segment].Data) - n
	segments[segment].Data = segments[segment].Data[:n:n]
	r.recording.Segments = segments
}
