package trace_test

import (
	"io"
	"net"
	"slices"
	"testing"

	"devca/trace"
)

// late is a connection whose Write returns long after the bytes went.
type late struct {
	net.Conn
	release chan struct{}
}

func (l late) Write(b []byte) (int, error) {
	n, err := l.Conn.Write(b)
	<-l.release
	return n, err
}

// TestRecorderOrder has the answer there before the call that sent the question
// returns, as it happens with net/http, which reads and writes at once.
func TestRecorderOrder(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	connection := late{near, make(chan struct{})}
	recorder := trace.Record(connection, true)
	written := make(chan error, 1)
	go func() {
		_, err := recorder.Write([]byte("question"))
		written <- err
	}()
	b := make([]byte, 8)
	if _, err := io.ReadFull(far, b); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = far.Write([]byte("answer")) }()
	if _, err := io.ReadFull(recorder, b[:6]); err != nil {
		t.Fatal(err)
	}
	got := recorder.Recording().Segments
	close(connection.release)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !got[0].FromClient || string(got[0].Data) != "question" || got[1].FromClient || string(got[1].Data) != "answer" {
		t.Errorf("recorded as %+v", got)
	}
}

// short is a connection that ends while something is sent.
type short struct{ net.Conn }

func (short) Write(b []byte) (int, error) { return len(b) / 2, io.ErrClosedPipe }

func TestRecorderShortWrite(t *testing.T) {
	recorder := trace.Record(short{}, false)
	recorder.Bound(12)
	var before trace.Recording
	for i, text := range []string{"12345678", "abcdefgh", "none of this"} {
		if i == 1 {
			before = recorder.Recording()
		}
		if n, err := recorder.Write([]byte(text)); n != len(text)/2 || err == nil {
			t.Fatalf("%d bytes were sent, %v", n, err)
		}
	}
	after := recorder.Recording()
	var texts []string
	for _, s := range after.Segments {
		texts = append(texts, string(s.Data))
	}
	// What was not sent does not count towards the bound either; the last is over it.
	if !slices.Equal(texts, []string{"1234", "abcd"}) {
		t.Errorf("recorded as %q", texts)
	}
	if len(before.Segments) != 1 || string(before.Segments[0].Data) != "1234" || !after.Truncated {
		t.Errorf("before: %+v, then truncated %t", before.Segments, after.Truncated)
	}
}
