package observe

import (
	"testing"
	"time"

	"devca/diag"
	"devca/trace"
)

// FuzzJudge lets a hostile client and server say anything: whatever it is, it is
// judged, and what is wrong comes with something to do.
func FuzzJudge(f *testing.F) {
	hello := "\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03" + string(make([]byte, 32)) + "\x00\x00\x02\xc0\x2b\x01\x00"
	for _, client := range []string{"", "GET / HTTP/1.1\r\n", hello, hello + "\x15\x03\x03\x00\x02\x02\x30", hello + "\x15\x03\x03\x00\x02\x01\x00"} {
		for _, server := range []string{"", "\x15\x03\x03\x00\x02\x02\x70", "\x15\x03\x03\x00\x02\x02\x78", "HTTP/1.1 400 Bad Request\r\n"} {
			f.Add([]byte(client), []byte(server), uint8(len(client)))
		}
	}
	f.Fuzz(func(t *testing.T, client, server []byte, end uint8) {
		visit := &Visit{Start: time.Unix(1e9, 0), Remote: "127.0.0.1:1", patience: time.Second, Transcript: trace.Parse(trace.Recording{Segments: []trace.Segment{
			{FromClient: true, Data: client}, {Data: server},
		}}, nil)}
		visit.End = End{Used: end&1 != 0, Closed: end&2 != 0, Reset: end&4 != 0, Late: end&8 != 0, NoKeys: end&16 != 0}
		visit.judge("", nil)
		if visit.Outcome() == "" {
			t.Error("no outcome")
		}
		if f := visit.Failure; f != nil && f.Severity == diag.SeverityError && (f.What == "" || len(f.Fixes) == 0) {
			t.Errorf("%+v has no fix", f)
		}
	})
}
