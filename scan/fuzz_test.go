package scan

import (
	"bytes"
	"testing"
)

func FuzzServerAnswer(f *testing.F) {
	sent, err := hello{version: versionTLS12, suites: suitesOf(versionTLS12), groups: groupsOf(versionTLS12), schemes: kindSchemes(""), name: "localhost"}.record()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{21, 3, 3, 0, 2, 2, 40})
	f.Add([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
	// A ServerHello of TLS 1.2 with the suite 0xc02f and no extensions.
	f.Add(append([]byte{22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, append(make([]byte, 33), 0xc0, 0x2f, 0)...))
	// A HelloRetryRequest for x25519.
	f.Add(append([]byte("\x16\x03\x03\x00\x38\x02\x00\x00\x34\x03\x03\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"+
		"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c\x00\x13\x01\x00\x00\x0c"), "\x00\x2b\x00\x02\x03\x04\x00\x33\x00\x02\x00\x1d"...))
	f.Fuzz(func(t *testing.T, received []byte) {
		a, err := read(bytes.NewReader(received), sent)
		if err != nil {
			return
		}
		if a.hello == nil {
			if a.accepts(hello{}) {
				t.Error("accepted without an answer")
			}
			return
		}
		a.group()
		a.has(extRenegotiation)
		curveOf(a)
		suiteFrom(a)
	})
}

func FuzzVersionNegotiation(f *testing.F) {
	source, destination := []byte("12345678"), []byte("abcdefgh")
	f.Add([]byte("\x80\x00\x00\x00\x00\x0812345678\x08abcdefgh\x00\x00\x00\x01\x5a\x6a\x7a\x8a"))
	f.Add(quicQuestion(source, destination))
	f.Fuzz(func(t *testing.T, packet []byte) {
		versions, ok := parseNegotiation(packet, source, destination)
		if ok != (len(versions) > 0) {
			t.Errorf("%v, %v", versions, ok)
		}
		for _, v := range versions {
			if v.Name == "" {
				t.Errorf("no name for %#x", v.Number)
			}
		}
	})
}

// What is sent is read by the parser of trace, in the tests of other peers by
// real servers.
func TestHello(t *testing.T) {
	for _, h := range []hello{
		{version: versionTLS10, suites: commonSuites(versionTLS10), groups: commonGroups(versionTLS10)},
		{version: versionTLS13, suites: suitesOf(versionTLS13), groups: groupsOf(versionTLS13), schemes: kindSchemes(""), share: groupP256, name: "localhost."},
		{version: versionTLS13, suites: suitesOf(versionTLS13), groups: []uint16{groupX25519}, schemes: kindSchemes(Ed25519), share: groupX25519, name: "127.0.0.1"},
	} {
		sent, err := h.record()
		if err != nil {
			t.Fatal(err)
		}
		got := look(sent, nil).transcript.ClientHello()
		if got == nil {
			t.Fatalf("not understood: % x", sent)
		}
		const header, tooSmall, enough = 5, 256, 512
		if n := len(sent) - header; n >= tooSmall && n < enough {
			t.Errorf("a hello of %d bytes", n)
		}
		want := sendable(h.name)
		if len(got.Suites) != len(h.suites) || len(got.Groups) != len(h.groups) || got.ServerName != want || (h.share != 0) != (len(got.KeyShares) == 1) || got.Versions[0] != h.version {
			t.Errorf("sent %+v, understood as %+v", h, got)
		}
	}
}
