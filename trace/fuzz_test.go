package trace_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"

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
	for _, name := range []string{"3-1rtt", "4-0rtt", "5-retry", "6-client-auth"} {
		for _, m := range readPublication(f, name).messages {
			if m.kind != trace.KindApplication && m.kind != trace.KindAlert {
				f.Add(m.raw[0], m.client, m.raw[4:])
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, client bool, body []byte) {
		if len(body) > 1<<14-4 {
			return
		}
		message := append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
		var recording trace.Recording
		const zeros = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
		for _, hello := range []string{
			"\x02\x00\x00\x26\x03\x01" + zeros + "\xc0\x2f\x00", // ECDHE
			"\x02\x00\x00\x26\x03\x03" + zeros + "\xc0\x2f\x00",
			"\x02\x00\x00\x2e\x03\x03" + zeros + "\x13\x01\x00\x00\x06\x00\x2b\x00\x02\x03\x04", // TLS 1.3
		} {
			recording.Segments = []trace.Segment{{Data: record([]byte(hello))}, {FromClient: client, Data: record(message), At: 1}}
			check(t, trace.Parse(recording, nil))
		}
	})
}

// FuzzSealed is a peer that holds the keys and says anything: what is inside the
// encrypted records of TLS 1.3, from either side, after the published hellos.
func FuzzSealed(f *testing.F) {
	p := readPublication(f, "3-1rtt")
	secrets := map[bool][]byte{}
	for line := range strings.Lines(p.keys) {
		if words := strings.Fields(line); strings.HasSuffix(words[0], "_HANDSHAKE_TRAFFIC_SECRET") {
			secrets[strings.HasPrefix(words[0], "CLIENT")] = unhex(f, words[2])
		}
	}
	for _, name := range []string{"3-1rtt", "4-0rtt", "6-client-auth"} {
		var all []byte
		for _, m := range readPublication(f, name).messages {
			kind := map[trace.Kind]byte{trace.KindApplication: 23, trace.KindAlert: 21}[m.kind]
			if kind == 0 {
				kind = 22
			}
			if m.client {
				kind |= 0x80
			}
			all = append(append(all, kind, byte(len(m.raw)>>8), byte(len(m.raw))), m.raw...)
		}
		f.Add(all)
	}
	const http2 = "\x16\x00\x0f\x08\x00\x00\x0b\x00\x09\x00\x10\x00\x05\x00\x03\x02h2" + "\x17\x00\x0f\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"
	f.Add([]byte(http2))
	f.Fuzz(func(t *testing.T, script []byte) {
		recording := trace.Recording{Segments: slices.Clone(p.records[:2])}
		seal := map[bool]func(kind byte, content []byte) []byte{true: sealer(t, secrets[true]), false: sealer(t, secrets[false])}
		rest := cryptobyte.String(script)
		var kind uint8
		var content cryptobyte.String
		for rest.ReadUint8(&kind) && rest.ReadUint16LengthPrefixed(&content) && len(content) <= 1<<14 {
			client := kind&0x80 != 0
			recording.Segments = append(recording.Segments, trace.Segment{At: 1, FromClient: client, Data: seal[client](kind&0x7f, content)})
		}
		keys, err := trace.ParseKeyLog(strings.NewReader(p.keys))
		if err != nil {
			t.Fatal(err)
		}
		transcript := trace.Parse(recording, keys)
		check(t, transcript)
		if sealed := transcript.First(trace.KindEncrypted, false); sealed != nil && transcript.First(trace.KindKeyUpdate, false) == nil && len(transcript.Messages) < 16 && !again(transcript) {
			t.Errorf("a record with the right key stays closed: %+v", sealed)
		}
	})
}

// again says whether another hello came, after which nothing is what it was.
func again(transcript *trace.Transcript) bool {
	hellos := 0
	for _, m := range transcript.Messages {
		if m.Kind == trace.KindClientHello || m.Kind == trace.KindServerHello || m.Kind == trace.KindHelloRetryRequest {
			hellos++
		}
	}
	return hellos > 2
}

// sealer makes records of TLS 1.3 with AES-128-GCM (RFC 8446, 5.2 and 7.3).
func sealer(t testing.TB, secret []byte) func(kind byte, content []byte) []byte {
	t.Helper()
	expand := func(label string, length int) []byte {
		info := append([]byte{0, byte(length), byte(6 + len(label))}, "tls13 "+label+"\x00"...)
		out, err := hkdf.Expand(sha256.New, secret, string(info), length)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	block, err := aes.NewCipher(expand("key", 16))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	iv, sequence := expand("iv", 12), uint64(0)
	return func(kind byte, content []byte) []byte {
		nonce := slices.Clone(iv)
		binary.BigEndian.PutUint64(nonce[4:], binary.BigEndian.Uint64(nonce[4:])^sequence)
		sequence++
		length := len(content) + 1 + aead.Overhead()
		header := []byte{23, 3, 3, byte(length >> 8), byte(length)}
		return aead.Seal(header, nonce, append(slices.Clone(content), kind), header)
	}
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
