package trace

import (
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// Types of handshake messages (IANA: TLS HandshakeType).
const (
	handshakeHelloRequest        = 0
	handshakeClientHello         = 1
	handshakeServerHello         = 2
	handshakeNewSessionTicket    = 4
	handshakeEndOfEarlyData      = 5
	handshakeEncryptedExtensions = 8
	handshakeCertificate         = 11
	handshakeServerKeyExchange   = 12
	handshakeCertificateRequest  = 13
	handshakeServerHelloDone     = 14
	handshakeCertificateVerify   = 15
	handshakeClientKeyExchange   = 16
	handshakeFinished            = 20
	handshakeCertificateStatus   = 22
	handshakeKeyUpdate           = 24
	handshakeCompressed          = 25
	handshakeNextProtocol        = 67

	messageHeader = 4
)

// handshake joins the pieces of messages.
func (p *parser) handshake(s *side, r record, content []byte, encrypted bool) {
	if s.broken {
		return
	}
	s.handshake = append(s.handshake, content...)
	for len(s.handshake) >= messageHeader {
		length := int(s.handshake[1])<<16 | int(s.handshake[2])<<8 | int(s.handshake[3])
		if length > maxMessage {
			s.broken = true
			p.problem("%s announced a handshake message of %d bytes; no implementation takes that", who(s.client), length)
			return
		}
		if len(s.handshake) < messageHeader+length {
			return
		}
		raw := append([]byte(nil), s.handshake[:messageHeader+length]...)
		s.handshake = s.handshake[messageHeader+length:]
		m := p.message(s, r, KindUnknown, len(raw), encrypted)
		m.Raw = raw
		body, ok := p.body(s, &m, cryptobyte.String(raw[messageHeader:]))
		m.Body = body
		if !ok {
			m.Problem = "its content is not of the form that its type says"
		}
		p.add(m)
		p.after(s, &m)
	}
	if len(s.handshake) == 0 {
		s.handshake = nil
	}
}

// body parses a message by its type.
func (p *parser) body(s *side, m *Message, body cryptobyte.String) (any, bool) {
	switch m.Raw[0] {
	case handshakeHelloRequest:
		m.Kind = KindHelloRequest
		return nil, body.Empty()
	case handshakeClientHello:
		m.Kind = KindClientHello
		return parseClientHello(body)
	case handshakeServerHello:
		m.Kind = KindServerHello
		hello, ok := parseServerHello(body)
		if hello.Retry {
			m.Kind = KindHelloRetryRequest
		}
		return hello, ok
	case handshakeNewSessionTicket:
		m.Kind = KindNewSessionTicket
		return parseNewSessionTicket(body, p.version)
	case handshakeEndOfEarlyData:
		m.Kind = KindEndOfEarlyData
		return nil, body.Empty()
	case handshakeEncryptedExtensions:
		m.Kind = KindEncryptedExtensions
		return parseEncryptedExtensions(body)
	case handshakeFinished:
		m.Kind = KindFinished
		return &Finished{body}, true
	case handshakeKeyUpdate:
		m.Kind = KindKeyUpdate
		const one = 1
		return &KeyUpdate{len(body) == one && body[0] == 1}, len(body) == one && body[0] <= 1
	case handshakeNextProtocol:
		m.Kind = KindNextProtocol
		return nil, true
	}
	return p.bodyOfCertificates(m, body)
}

// bodyOfCertificates parses what certificates and keys come in.
func (p *parser) bodyOfCertificates(m *Message, body cryptobyte.String) (any, bool) {
	switch m.Raw[0] {
	case handshakeCertificate:
		m.Kind = KindCertificate
		return parseCertificate(body, p.version)
	case handshakeServerKeyExchange:
		m.Kind = KindServerKeyExchange
		return parseServerKeyExchange(body, p.version, p.suiteName)
	case handshakeCertificateRequest:
		m.Kind = KindCertificateRequest
		return parseCertificateRequest(body, p.version)
	case handshakeServerHelloDone:
		m.Kind = KindServerHelloDone
		return nil, body.Empty()
	case handshakeCertificateVerify:
		m.Kind = KindCertificateVerify
		return parseCertificateVerify(body, p.version)
	case handshakeClientKeyExchange:
		m.Kind = KindClientKeyExchange
		return parseClientKeyExchange(body, p.suiteName)
	case handshakeCertificateStatus:
		m.Kind = KindCertificateStatus
		return parseCertificateStatus(body)
	case handshakeCompressed:
		m.Kind = KindCompressed
		return nil, true
	}
	return nil, true
}

// after lets a message change the state of the connection.
func (p *parser) after(s *side, m *Message) {
	switch body := m.Body.(type) {
	case *ClientHello:
		p.hello, p.clientRandom, p.keyExchange = body, body.Random, false
	case *ServerHello:
		if body.Retry {
			return
		}
		p.choose(body)
		p.serverRandom, p.encryptThenMAC = body.Random, false
		for _, e := range body.Extensions {
			p.encryptThenMAC = p.encryptThenMAC || e.Type == extEncryptThenMAC
		}
		p.alpn = body.ALPN
		p.out.Group = body.Share.Group
	case *EncryptedExtensions:
		p.alpn = body.ALPN
		p.out.EarlyData.Accepted = body.EarlyData
	case *ServerKeyExchange:
		p.keyExchange = true
		p.out.Group = body.Group
	case *Certificate:
		p.keyExchange = p.keyExchange || !s.client
	case *Finished:
		s.finished = true
	case *KeyUpdate:
		if traffic, ok := s.opener.(*traffic13); ok {
			traffic.update()
		}
	}
}

// exchange is how keys are agreed on up to TLS 1.2, as far as messages differ by
// it.
type exchange struct {
	kind int
	psk  bool // with the name of a shared key before the rest (RFC 4279)
}

const (
	exchangeOther = iota
	exchangeECDHE
	exchangeDHE
	exchangeRSA
	exchangeNone // a shared key alone
)

// exchangeOf reads it off a suite's registered name.
func exchangeOf(suiteName string) exchange {
	name, _, _ := strings.Cut(strings.TrimPrefix(suiteName, "TLS_"), "_WITH_")
	switch name {
	case "ECDHE_ECDSA", "ECDHE_RSA", "ECDH_anon":
		return exchange{exchangeECDHE, false}
	case "DHE_RSA", "DHE_DSS", "DH_anon":
		return exchange{exchangeDHE, false}
	case "RSA":
		return exchange{exchangeRSA, false}
	case "ECDHE_PSK":
		return exchange{exchangeECDHE, true}
	case "DHE_PSK":
		return exchange{exchangeDHE, true}
	case "RSA_PSK":
		return exchange{exchangeRSA, true}
	case "PSK":
		return exchange{exchangeNone, true}
	default:
		return exchange{exchangeOther, false}
	}
}

// stepOf says which part of the story a message is.
func stepOf(m *Message) Step {
	switch m.Kind {
	case KindClientHello, KindHelloRequest:
		return StepHello
	case KindServerHello, KindHelloRetryRequest, KindEncryptedExtensions, KindServerHelloDone:
		return StepAnswer
	case KindCertificate, KindCompressed, KindCertificateRequest, KindCertificateStatus, KindCertificateVerify:
		return StepVerification
	case KindServerKeyExchange, KindClientKeyExchange:
		return StepKeyAgreement
	case KindChangeCipherSpec, KindKeyUpdate:
		return StepSessionKeys
	case KindFinished, KindEndOfEarlyData, KindNextProtocol:
		return StepFinished
	case KindNewSessionTicket:
		if !m.Encrypted { // up to TLS 1.2 it comes before the end
			return StepSessionKeys
		}
		return StepApplication
	case KindAlert:
		if alert, ok := m.Body.(*Alert); ok && alert.Closure() {
			return StepApplication
		}
		return StepAlert
	default:
		return StepApplication
	}
}
