package trace

import (
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"devca/tlsparams"
)

// sentence says in plain words what a message does.
func (p *parser) sentence(m *Message) string {
	switch body := m.Body.(type) {
	case *ClientHello:
		return body.sentence()
	case *ServerHello:
		return body.sentence()
	case *EncryptedExtensions:
		return body.sentence()
	case *CertificateRequest:
		return "the server asks for a client's certificate" + fromAuthorities(len(body.Authorities))
	case *Certificate:
		return body.sentence(m.FromClient)
	case *CertificateVerify:
		if body.Scheme == 0 {
			return who(m.FromClient) + " signs the handshake: it has the certificate's key"
		}
		return who(m.FromClient) + " signs the handshake with " + tlsparams.SchemeName(body.Scheme) + ": it has the certificate's key"
	case *ServerKeyExchange:
		return body.sentence()
	case *ClientKeyExchange:
		return p.clientKeySentence()
	case *CertificateStatus:
		return fmt.Sprintf("the server staples an OCSP response of %d bytes about its certificate", len(body.Response))
	case *NewSessionTicket:
		return body.sentence()
	case *KeyUpdate:
		if body.Requested {
			return who(m.FromClient) + " moves on to new keys, and asks the other side to do so, too"
		}
		return who(m.FromClient) + " moves on to new keys"
	case *Alert:
		return alertWords(m.FromClient, body.Number)
	case *Frame:
		return body.sentence(m.FromClient)
	case *ApplicationData:
		return body.sentence(m.FromClient)
	}
	return p.plainSentence(m)
}

// plainSentence is for messages without a content of their own.
func (p *parser) plainSentence(m *Message) string {
	side := who(m.FromClient)
	switch m.Kind {
	case KindHelloRequest:
		return "the server asks for another handshake on this connection"
	case KindServerHelloDone:
		return "the server has said all it has to say for now"
	case KindFinished:
		return side + " proves that it saw the same handshake"
	case KindEndOfEarlyData:
		return "the client's early data end here"
	case KindNextProtocol:
		return "the client names the protocol it goes on with (an extension from before ALPN)"
	case KindCompressed:
		return side + " shows its certificates, compressed (RFC 8879)"
	case KindHeartbeat:
		return side + " sends a heartbeat"
	case KindChangeCipherSpec:
		if p.version >= versionTLS13 {
			return side + " sends this for old middleboxes only; it has no meaning since TLS 1.3"
		}
		return side + " encrypts from here on"
	case KindEncrypted:
		return side + " sent what is encrypted with keys that are not in the key log"
	default:
		return side + " sent a message that devca does not know"
	}
}

func (h *ClientHello) sentence() string {
	var versions []string
	for _, v := range h.Versions {
		if !tlsparams.IsGREASE(v) {
			versions = append(versions, tlsparams.VersionName(v))
		}
	}
	text := fmt.Sprintf("the client offers %s and %s", listed(versions), counted(countReal(h.Suites), "cipher suite"))
	if h.ServerName != "" {
		text += ", asks for " + h.ServerName
	} else {
		text += ", names no server"
	}
	if len(h.KeyShares) > 0 {
		var groups []string
		for _, share := range h.KeyShares {
			if !tlsparams.IsGREASE(share.Group) {
				groups = append(groups, tlsparams.Group(share.Group).Name)
			}
		}
		if len(groups) > 0 {
			text += ", sends key shares for " + listed(groups)
		}
	}
	switch {
	case h.EarlyData:
		text += ", resumes, and sends early data (0-RTT)"
	case len(h.Identities) > 0, len(h.Ticket) > 0:
		text += ", and wants to resume an earlier session"
	}
	return text
}

func (h *ServerHello) sentence() string {
	if h.Retry {
		text := "the server wants the hello again"
		if h.Share.Group != 0 {
			text += ", with a key share for " + tlsparams.Group(h.Share.Group).Name
		}
		return text + ": a round trip more"
	}
	text := "the server chooses " + tlsparams.VersionName(h.Version) + " and " + tlsparams.Suite(h.Suite).Name
	if h.Share.Group != 0 {
		text += ", agrees on keys with " + tlsparams.Group(h.Share.Group).Name
		if tlsparams.Group(h.Share.Group).PostQuantum {
			text += ", which a quantum computer does not break"
		}
	}
	if h.PSK {
		text += ", and resumes the earlier session"
	}
	if h.ALPN != "" {
		text += ", and goes on with " + h.ALPN
	}
	if h.Downgrade != "" {
		text += "; it says that it speaks a newer version, too"
	}
	return text
}

// Agreement tells the two steps of TLS 1.3 that have no message of their own: what
// follows the ServerHello is encrypted. Empty: this one is of an older version, or
// wants another hello.
func (h *ServerHello) Agreement() (agreement, keys string) {
	if h.Retry || h.Version < versionTLS13 {
		return "", ""
	}
	keys = "both sides derive the keys of the handshake and, later, of the data from it (" + tlsparams.Suite(h.Suite).Name + "); from here on all is encrypted"
	if h.Share.Group == 0 {
		return "no key agreement: the keys come from the earlier session alone", keys
	}
	return "both sides compute the same secret from the two key shares (" + tlsparams.Group(h.Share.Group).Name + "); who listened cannot", keys
}

func (m *EncryptedExtensions) sentence() string {
	var says []string
	if m.ALPN != "" {
		says = append(says, "goes on with "+m.ALPN)
	}
	if m.EarlyData {
		says = append(says, "takes the early data")
	}
	if len(says) == 0 {
		return "the server has nothing to add to its choices"
	}
	return "the server " + strings.Join(says, " and ")
}

func (m *Certificate) sentence(client bool) string {
	if len(m.Entries) == 0 {
		return who(client) + " shows no certificate"
	}
	text := fmt.Sprintf("%s shows %s", who(client), counted(len(m.Entries), "certificate"))
	if leaf, err := x509.ParseCertificate(m.Entries[0].DER); err == nil {
		text += ", the first for " + namesOf(leaf)
	} else {
		text += ", of which the first cannot be read"
	}
	if len(m.Entries[0].Staple) > 0 {
		text += ", with an OCSP response"
	}
	if n := len(m.Entries[0].SCTs); n > 0 {
		text += ", with " + counted(n, "signed certificate timestamp")
	}
	return text
}

// namesOf gives a few of a certificate's names.
func namesOf(c *x509.Certificate) string {
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return c.Subject.String()
	}
	const few = 3
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return listed(names)
}

func (m *ServerKeyExchange) sentence() string {
	switch {
	case m.Group != 0:
		text := "the server sends its half of the key agreement with " + tlsparams.Group(m.Group).Name
		if m.Scheme != 0 {
			text += ", signed with " + tlsparams.SchemeName(m.Scheme)
		}
		return text
	case m.Bits != 0:
		return fmt.Sprintf("the server sends its half of a Diffie-Hellman key agreement of %d bits", m.Bits)
	default:
		return "the server sends what its key agreement takes"
	}
}

func (p *parser) clientKeySentence() string {
	switch exchangeOf(p.suiteName).kind {
	case exchangeNone:
		return "the client names the shared key that it uses"
	case exchangeRSA:
		return "the client sends the secret, encrypted to the server's key: who gets that key later can read all of it"
	}
	return "the client sends its half of the key agreement; both sides now have the keys"
}

func (m *NewSessionTicket) sentence() string {
	text := "the server gives a ticket for resuming"
	if m.Lifetime > 0 {
		text += ", good for " + lifetime(m.Lifetime)
	}
	if m.EarlyData > 0 {
		text += fmt.Sprintf(", and would take %d bytes of early data (0-RTT)", m.EarlyData)
	}
	return text
}

func (f *Frame) sentence(client bool) string {
	text := fmt.Sprintf("%s sends %s", who(client), f.TypeName())
	if f.Stream != 0 {
		text += fmt.Sprintf(" on stream %d", f.Stream)
	}
	switch f.Type {
	case frameGoAway, frameReset:
		text += ": " + frameErrorName(f.Number)
	case frameWindowUpdate:
		text += fmt.Sprintf(": %d bytes more may come", f.Number)
	case frameData, frameHeaders:
		text += fmt.Sprintf(", %d bytes", f.Length)
	}
	if flags := f.FlagNames(); len(flags) > 0 {
		text += " (" + strings.Join(flags, ", ") + ")"
	}
	return text
}

func (d *ApplicationData) sentence(client bool) string {
	kind := "application data"
	if d.Early {
		kind = "early data (0-RTT)"
	}
	return fmt.Sprintf("%s sends %s of %s in %s", who(client), counted(d.Bytes, "byte"), kind, counted(d.Records, "record"))
}

func fromAuthorities(n int) string {
	if n == 0 {
		return ""
	}
	return " from " + strings.Replace(counted(n, "authority"), "authoritys", "authorities", 1) + " that it names"
}

func lifetime(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day:
		return counted(int(d/day), "day")
	case d >= 2*time.Hour:
		return counted(int(d/time.Hour), "hour")
	case d >= 2*time.Minute:
		return counted(int(d/time.Minute), "minute")
	default:
		return counted(int(d/time.Second), "second")
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func countReal(numbers []uint16) int {
	n := 0
	for _, number := range numbers {
		if !tlsparams.IsGREASE(number) && number != suiteRenegotiation && number != suiteFallback {
			n++
		}
	}
	return n
}

// Suites that are signals and none (RFC 5746, 3.3; RFC 7507, 4).
const (
	suiteRenegotiation = 0x00ff
	suiteFallback      = 0x5600
)

func listed(words []string) string {
	switch len(words) {
	case 0:
		return "nothing"
	case 1:
		return words[0]
	default:
		return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
	}
}
