package trace

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"

	"devca/tlsparams"
)

// ClientHello is what a client offers (RFC 8446, 4.1.2).
type ClientHello struct {
	Version     uint16 // of the message; TLS 1.3 is in Versions
	Random      []byte
	SessionID   []byte
	Suites      []uint16
	Compression []byte
	Extensions  []Extension

	ServerName string
	Versions   []uint16 // supported_versions, or all up to Version
	Groups     []uint16
	KeyShares  []KeyShare
	Schemes    []uint16 // signature_algorithms
	ALPN       []string
	PSKModes   []byte
	Identities [][]byte // of pre_shared_key: tickets, or names of keys
	Ticket     []byte   // session_ticket of TLS 1.2; empty and not nil: asks for one
	Cookie     []byte   // of the HelloRetryRequest that this hello answers
	EarlyData  bool
	Staple     bool // asks for an OCSP response
	SCT        bool // asks for signed certificate timestamps
	ECH        ECHKind
	GREASE     bool // has values that mean nothing (RFC 8701)
}

// ECHKind is what of Encrypted Client Hello is in a hello (RFC 9849, 5).
type ECHKind string

// The kinds. Whether an outer one is genuine or GREASE cannot be told from
// outside: that is its purpose.
const (
	ECHNone  ECHKind = ""
	ECHOuter ECHKind = "outer"
	ECHInner ECHKind = "inner"
)

// KeyShare is a public key for the key agreement.
type KeyShare struct {
	Group uint16
	Key   []byte
}

// ServerHello is what a server chooses (RFC 8446, 4.1.3); also a
// HelloRetryRequest (4.1.4).
type ServerHello struct {
	Version     uint16 // chosen: supported_versions if it is there
	Legacy      uint16 // of the message
	Random      []byte
	SessionID   []byte
	Suite       uint16
	Compression uint8
	Extensions  []Extension

	Retry     bool
	Share     KeyShare // the group alone in a HelloRetryRequest
	PSK       bool     // an identity was chosen
	Identity  uint16
	ALPN      string // up to TLS 1.2
	Cookie    []byte
	Downgrade string // the version that the random warns of (RFC 8446, 4.1.3)
}

// retryRandom marks a HelloRetryRequest: SHA-256 of its name (RFC 8446, 4.1.3).
const retryRandom = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" +
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

func parseClientHello(body cryptobyte.String) (*ClientHello, bool) {
	h := &ClientHello{}
	var session, suites, compression cryptobyte.String
	if !body.ReadUint16(&h.Version) || !body.ReadBytes(&h.Random, randomLength) ||
		!body.ReadUint8LengthPrefixed(&session) || !body.ReadUint16LengthPrefixed(&suites) || !body.ReadUint8LengthPrefixed(&compression) {
		return h, false
	}
	h.SessionID, h.Compression = session, compression
	ok := readUint16s(suites, &h.Suites)
	if !body.Empty() {
		var whole bool
		h.Extensions, whole = parseExtensions(&body, KindClientHello)
		ok = ok && whole && body.Empty()
	}
	h.understand()
	return h, ok
}

// understand takes what matters out of the extensions.
func (h *ClientHello) understand() {
	for i := range h.Extensions {
		e := &h.Extensions[i]
		switch v := e.Body.(type) {
		case *serverNameBody:
			h.ServerName = v.name
		case *versionsBody:
			h.Versions = v.numbers
		case *groupsBody:
			h.Groups = v.numbers
		case *schemesBody:
			if e.Type == extSignatureAlgorithms {
				h.Schemes = v.numbers
			}
		case *sharesBody:
			h.KeyShares = v.shares
		case *alpnBody:
			h.ALPN = v.names
		case *modesBody:
			h.PSKModes = v.modes
		case *pskBody:
			h.Identities = v.identities
		case *cookieBody:
			h.Cookie = v.cookie
		}
		h.notice(e)
	}
	if h.Versions == nil {
		for v := uint16(versionSSL30); v <= min(h.Version, versionTLS12); v++ {
			h.Versions = append([]uint16{v}, h.Versions...)
		}
	}
	for _, number := range h.Suites {
		h.GREASE = h.GREASE || tlsparams.IsGREASE(number)
	}
}

// notice knows the extensions whose presence says all.
func (h *ClientHello) notice(e *Extension) {
	switch e.Type {
	case extSessionTicket:
		h.Ticket = append([]byte{}, e.Data...)
	case extEarlyData:
		h.EarlyData = true
	case extStatusRequest:
		h.Staple = true
	case extSCT:
		h.SCT = true
	case extECH:
		h.ECH = ECHOuter
		if len(e.Data) == 1 && e.Data[0] == 1 {
			h.ECH = ECHInner
		}
	default:
		h.GREASE = h.GREASE || tlsparams.IsGREASE(e.Type)
	}
}

func parseServerHello(body cryptobyte.String) (*ServerHello, bool) {
	h := &ServerHello{}
	var session cryptobyte.String
	if !body.ReadUint16(&h.Legacy) || !body.ReadBytes(&h.Random, randomLength) || !body.ReadUint8LengthPrefixed(&session) ||
		!body.ReadUint16(&h.Suite) || !body.ReadUint8(&h.Compression) {
		return h, false
	}
	h.SessionID, h.Version, h.Retry = session, h.Legacy, string(h.Random) == retryRandom
	kind := KindServerHello
	if h.Retry {
		kind = KindHelloRetryRequest
	}
	ok := true
	if !body.Empty() {
		h.Extensions, ok = parseExtensions(&body, kind)
		ok = ok && body.Empty()
	}
	for i := range h.Extensions {
		switch v := h.Extensions[i].Body.(type) {
		case *versionsBody:
			if len(v.numbers) == 1 {
				h.Version = v.numbers[0]
			}
		case *sharesBody:
			if len(v.shares) == 1 {
				h.Share = v.shares[0]
			}
		case *pskBody:
			h.PSK, h.Identity = true, v.chosen
		case *alpnBody:
			if len(v.names) == 1 {
				h.ALPN = v.names[0]
			}
		case *cookieBody:
			h.Cookie = v.cookie
		}
	}
	h.Downgrade = downgrade(h.Random)
	return h, ok
}

// downgrade reads the last eight bytes of a server's random: a server that speaks
// more than it chose says so there (RFC 8446, 4.1.3).
func downgrade(random []byte) string {
	switch {
	case bytes.HasSuffix(random, []byte("DOWNGRD\x01")):
		return tlsparams.VersionName(versionTLS12)
	case bytes.HasSuffix(random, []byte("DOWNGRD\x00")):
		return tlsparams.VersionName(versionTLS11)
	default:
		return ""
	}
}

// readUint16s reads numbers up to the end. An odd byte at the end is an error,
// and ends it.
func readUint16s(list cryptobyte.String, numbers *[]uint16) bool {
	for !list.Empty() {
		var number uint16
		if !list.ReadUint16(&number) {
			return false
		}
		*numbers = append(*numbers, number)
	}
	return true
}
