package trace

import (
	"time"

	"golang.org/x/crypto/cryptobyte"
)

// EncryptedExtensions is what a server of TLS 1.3 says besides (RFC 8446, 4.3.1).
type EncryptedExtensions struct {
	Extensions []Extension
	ALPN       string
	EarlyData  bool // the client's early data was taken
}

// CertificateRequest is a server's wish for a client's certificate (RFC 8446,
// 4.3.2; RFC 5246, 7.4.4).
type CertificateRequest struct {
	Context     []byte
	Types       []byte // up to TLS 1.2
	Schemes     []uint16
	Authorities [][]byte // distinguished names, DER
	Extensions  []Extension
}

// Certificate is a chain as it was sent (RFC 8446, 4.4.2; RFC 5246, 7.4.2).
type Certificate struct {
	Context []byte
	Entries []CertificateEntry
}

// CertificateEntry is one certificate and, under TLS 1.3, what belongs to it.
type CertificateEntry struct {
	DER        []byte
	Extensions []Extension
	Staple     []byte // OCSP response
	SCTs       [][]byte
}

// CertificateVerify proves that a side has its certificate's key (RFC 8446,
// 4.4.3).
type CertificateVerify struct {
	Scheme    uint16 // 0: up to TLS 1.1
	Signature []byte
}

// ServerKeyExchange is the server's half of an ephemeral key agreement up to
// TLS 1.2 (RFC 5246, 7.4.3; RFC 8422, 5.4).
type ServerKeyExchange struct {
	Hint      []byte // which shared key to use (RFC 4279, 5.2)
	Group     uint16 // of an elliptic curve; 0: DHE or another
	Bits      int    // of the prime of DHE
	Key       []byte
	Scheme    uint16 // 0: up to TLS 1.1, or not signed
	Signature []byte
}

// ClientKeyExchange is the client's half.
type ClientKeyExchange struct {
	Identity []byte // of a shared key
	Key      []byte
}

// CertificateStatus is a stapled OCSP response up to TLS 1.2 (RFC 6066, 8).
type CertificateStatus struct{ Response []byte }

// NewSessionTicket lets a client resume (RFC 8446, 4.6.1; RFC 5077, 3.3).
type NewSessionTicket struct {
	Lifetime   time.Duration
	AgeAdd     uint32
	Nonce      []byte
	Ticket     []byte
	Extensions []Extension
	EarlyData  uint32 // bytes of 0-RTT that the server would take; 0: none
}

// Finished proves that both sides saw the same handshake.
type Finished struct{ VerifyData []byte }

// KeyUpdate moves one direction on to new keys (RFC 8446, 4.6.3).
type KeyUpdate struct{ Requested bool }

// EncryptedExtensions, CertificateRequest and others give false if their form is
// wrong; what was read before that is kept.

func parseEncryptedExtensions(body cryptobyte.String) (*EncryptedExtensions, bool) {
	m := &EncryptedExtensions{}
	var ok bool
	m.Extensions, ok = parseExtensions(&body, KindEncryptedExtensions)
	for i := range m.Extensions {
		switch v := m.Extensions[i].Body.(type) {
		case *alpnBody:
			if len(v.names) == 1 {
				m.ALPN = v.names[0]
			}
		default:
			m.EarlyData = m.EarlyData || m.Extensions[i].Type == extEarlyData
		}
	}
	return m, ok && body.Empty()
}

func parseCertificateRequest(body cryptobyte.String, version uint16) (*CertificateRequest, bool) {
	m := &CertificateRequest{}
	if version >= versionTLS13 {
		var context cryptobyte.String
		if !body.ReadUint8LengthPrefixed(&context) {
			return m, false
		}
		m.Context = context
		var ok bool
		m.Extensions, ok = parseExtensions(&body, KindCertificateRequest)
		for i := range m.Extensions {
			switch v := m.Extensions[i].Body.(type) {
			case *schemesBody:
				if m.Extensions[i].Type == extSignatureAlgorithms {
					m.Schemes = v.numbers
				}
			case *authoritiesBody:
				m.Authorities = v.names
			}
		}
		return m, ok && body.Empty()
	}
	var types cryptobyte.String
	if !body.ReadUint8LengthPrefixed(&types) {
		return m, false
	}
	m.Types = types
	if version == versionTLS12 {
		var schemes cryptobyte.String
		if !body.ReadUint16LengthPrefixed(&schemes) || !readUint16s(schemes, &m.Schemes) {
			return m, false
		}
	}
	return m, readNames(body, &m.Authorities)
}

func parseCertificate(body cryptobyte.String, version uint16) (*Certificate, bool) {
	m := &Certificate{}
	var list cryptobyte.String
	if version >= versionTLS13 {
		var context cryptobyte.String
		if !body.ReadUint8LengthPrefixed(&context) {
			return m, false
		}
		m.Context = context
	}
	if !body.ReadUint24LengthPrefixed(&list) || !body.Empty() {
		return m, false
	}
	for !list.Empty() {
		var entry CertificateEntry
		var der cryptobyte.String
		if !list.ReadUint24LengthPrefixed(&der) {
			return m, false
		}
		entry.DER = der
		if version >= versionTLS13 {
			extensions, ok := parseExtensions(&list, KindCertificate)
			entry.Extensions = extensions
			if !ok {
				return m, false
			}
			entry.understand()
		}
		m.Entries = append(m.Entries, entry)
	}
	return m, true
}

func (e *CertificateEntry) understand() {
	for i := range e.Extensions {
		switch v := e.Extensions[i].Body.(type) {
		case *stapleBody:
			e.Staple = v.response
		case *sctBody:
			e.SCTs = v.list
		}
	}
}

func parseCertificateVerify(body cryptobyte.String, version uint16) (*CertificateVerify, bool) {
	m := &CertificateVerify{}
	if version >= versionTLS12 && !body.ReadUint16(&m.Scheme) {
		return m, false
	}
	var signature cryptobyte.String
	ok := body.ReadUint16LengthPrefixed(&signature) && body.Empty()
	m.Signature = signature
	return m, ok
}

// parseServerKeyExchange reads by the kind of key exchange, which only the suite
// tells.
func parseServerKeyExchange(body cryptobyte.String, version uint16, suiteName string) (*ServerKeyExchange, bool) {
	m := &ServerKeyExchange{}
	how := exchangeOf(suiteName)
	if how.psk {
		var hint cryptobyte.String
		if !body.ReadUint16LengthPrefixed(&hint) {
			return m, false
		}
		m.Hint = hint
	}
	switch how.kind {
	case exchangeECDHE:
		const namedCurve = 3
		var kind uint8
		var key cryptobyte.String
		if !body.ReadUint8(&kind) || kind != namedCurve || !body.ReadUint16(&m.Group) || !body.ReadUint8LengthPrefixed(&key) {
			return m, false
		}
		m.Key = key
	case exchangeDHE:
		var prime, generator, key cryptobyte.String
		if !body.ReadUint16LengthPrefixed(&prime) || !body.ReadUint16LengthPrefixed(&generator) || !body.ReadUint16LengthPrefixed(&key) {
			return m, false
		}
		m.Bits, m.Key = bitLength(prime), key
	case exchangeOther: // such as SRP
		return m, true
	}
	if body.Empty() { // anonymous, or by the shared key
		return m, true
	}
	if version >= versionTLS12 && !body.ReadUint16(&m.Scheme) {
		return m, false
	}
	var signature cryptobyte.String
	ok := body.ReadUint16LengthPrefixed(&signature) && body.Empty()
	m.Signature = signature
	return m, ok
}

func parseClientKeyExchange(body cryptobyte.String, suiteName string) (*ClientKeyExchange, bool) {
	m := &ClientKeyExchange{}
	how := exchangeOf(suiteName)
	if how.psk {
		var identity cryptobyte.String
		if !body.ReadUint16LengthPrefixed(&identity) {
			return m, false
		}
		m.Identity = identity
	}
	var key cryptobyte.String
	ok := true
	switch how.kind {
	case exchangeECDHE:
		ok = body.ReadUint8LengthPrefixed(&key) && body.Empty()
	case exchangeDHE, exchangeRSA:
		ok = body.ReadUint16LengthPrefixed(&key) && body.Empty()
	case exchangeNone:
		ok = body.Empty()
	default:
		key = body
	}
	m.Key = key
	return m, ok
}

func parseCertificateStatus(body cryptobyte.String) (*CertificateStatus, bool) {
	const ocsp = 1
	var kind uint8
	var response cryptobyte.String
	ok := body.ReadUint8(&kind) && kind == ocsp && body.ReadUint24LengthPrefixed(&response) && body.Empty()
	return &CertificateStatus{response}, ok
}

func parseNewSessionTicket(body cryptobyte.String, version uint16) (*NewSessionTicket, bool) {
	m := &NewSessionTicket{}
	var seconds uint32
	if !body.ReadUint32(&seconds) {
		return m, false
	}
	m.Lifetime = time.Duration(seconds) * time.Second
	var nonce, ticket cryptobyte.String
	if version < versionTLS13 {
		ok := body.ReadUint16LengthPrefixed(&ticket) && body.Empty()
		m.Ticket = ticket
		return m, ok
	}
	if !body.ReadUint32(&m.AgeAdd) || !body.ReadUint8LengthPrefixed(&nonce) || !body.ReadUint16LengthPrefixed(&ticket) {
		return m, false
	}
	m.Nonce, m.Ticket = nonce, ticket
	var ok bool
	m.Extensions, ok = parseExtensions(&body, KindNewSessionTicket)
	for i := range m.Extensions {
		if v, is := m.Extensions[i].Body.(*earlyBody); is {
			m.EarlyData = v.size
		}
	}
	return m, ok && body.Empty()
}

func bitLength(number []byte) int {
	for i, b := range number {
		if b == 0 {
			continue
		}
		bits := 8 * (len(number) - i)
		for mask := byte(0x80); b&mask == 0; mask >>= 1 {
			bits--
		}
		return bits
	}
	return 0
}
