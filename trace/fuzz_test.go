package trace_test

import (
	"bytes"
	"crypto/tls"
	"testing"
	"time"

	"devca/trace"
)

// FuzzParse reads anything as what two sides said, with the keys of the
// connection that it was made of.
func FuzzParse(f *testing.F) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12, tls.VersionTLS13} {
		for _, server := range []*tls.Config{{}, {ClientAuth: tls.RequestClientCert, NextProtos: []string{"h2"}}} {
			server.Certificates, server.MinVersion = []tls.Certificate{selfSigned(f, "ecdsa")}, tls.VersionTLS10
			session, err := exchange(f, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version, NextProtos: server.NextProtos}, server)
			if err != nil {
				f.Fatal(err)
			}
			var client, all []byte
			for _, s := range session.Recording().Segments {
				if s.FromClient {
					client = append(client, s.Data...)
				} else {
					all = append(all, s.Data...)
				}
			}
			f.Add(client, all, session.Keys.Lines(), uint8(1))
		}
	}
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), []byte(nil), uint8(3))
	f.Fuzz(func(t *testing.T, client, server, log []byte, cut uint8) {
		keys, err := trace.ParseKeyLog(bytes.NewReader(log))
		if err != nil {
			return // a line longer than a scanner takes
		}
		var recording trace.Recording
		size := int(cut)*16 + 1
		for at := time.Duration(0); len(client)+len(server) > 0; at++ {
			for _, part := range []*[]byte{&client, &server} {
				if n := min(size, len(*part)); n > 0 {
					recording.Segments = append(recording.Segments, trace.Segment{At: at, FromClient: part == &client, Data: (*part)[:n]})
					*part = (*part)[n:]
				}
			}
		}
		check(t, trace.Parse(recording, keys))
	})
}

// check demands what holds for any transcript: that all of it can be shown, and
// that it is no larger than what it is made of allows.
func check(t *testing.T, transcript *trace.Transcript) {
	t.Helper()
	if len(transcript.Messages) > 4096 {
		t.Errorf("%d messages", len(transcript.Messages))
	}
	for i := range transcript.Messages {
		m := &transcript.Messages[i]
		if m.Sentence == "" || m.Kind == "" || m.Step == "" || m.Size < 0 || m.Wire < 0 {
			t.Errorf("%+v", m)
		}
		_ = m.Fields()
	}
	_, _ = transcript.HandshakeBytes()
	if transcript.RoundTrips() < 0 || transcript.FirstFlight() < 0 || transcript.Duration() < 0 {
		t.Error("less than nothing")
	}
	_, _, _ = transcript.Chain(true), transcript.Chain(false), transcript.Alerts(true)
}

// FuzzHandshake reads anything as a plain handshake message, of every type and
// after either version's ServerHello.
func FuzzHandshake(f *testing.F) {
	for kind := range uint8(30) {
		f.Add(kind, true, []byte{3, 3, 0, 0, 0, 4, 0, 1, 0, 0})
		f.Add(kind, false, []byte{0, 0, 6, 0, 0, 3, 1, 2, 3})
	}
	f.Fuzz(func(t *testing.T, kind uint8, client bool, body []byte) {
		if len(body) > 1<<14-4 {
			return
		}
		message := append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
		var recording trace.Recording
		for _, version := range []byte{1, 3} {
			hello := append([]byte{2, 0, 0, 38, 3, version}, make([]byte, 36)...)
			hello[38], hello[39] = 0xc0, 0x2f // ECDHE
			recording.Segments = []trace.Segment{{Data: record(hello)}, {FromClient: client, Data: record(message), At: 1}}
			check(t, trace.Parse(recording, nil))
		}
	})
}

// record puts a handshake message into a record.
func record(message []byte) []byte {
	return append([]byte{22, 3, 3, byte(len(message) >> 8), byte(len(message))}, message...)
}

// FuzzFrames reads anything as HTTP/2 of either side.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"), uint8(3))
	f.Add([]byte("\x00\x00\x08\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, cut uint8) {
		for _, client := range []bool{true, false} {
			total := 0
			for _, frame := range trace.FramesOf(client, data, int(cut)+1) {
				total += frame.Length
				if frame.TypeName() == "" || len(frame.Settings) > 64 {
					t.Errorf("%+v", frame)
				}
			}
			if total > len(data) {
				t.Errorf("%d bytes of frames in %d", total, len(data))
			}
		}
	})
}
