package trace

import (
	"time"

	"devca/tlsparams"
)

const (
	versionTLS10 = 0x0301
	versionTLS11 = 0x0302
	versionTLS12 = 0x0303
	versionTLS13 = 0x0304

	randomLength = 32
)

// Kind is what a message is, by its name in RFC 8446 or an older one.
type Kind string

// The kinds of messages.
const (
	KindHelloRequest        Kind = "HelloRequest"
	KindClientHello         Kind = "ClientHello"
	KindServerHello         Kind = "ServerHello"
	KindHelloRetryRequest   Kind = "HelloRetryRequest"
	KindNewSessionTicket    Kind = "NewSessionTicket"
	KindEndOfEarlyData      Kind = "EndOfEarlyData"
	KindEncryptedExtensions Kind = "EncryptedExtensions"
	KindCertificate         Kind = "Certificate"
	KindCompressed          Kind = "CompressedCertificate"
	KindServerKeyExchange   Kind = "ServerKeyExchange"
	KindCertificateRequest  Kind = "CertificateRequest"
	KindServerHelloDone     Kind = "ServerHelloDone"
	KindCertificateVerify   Kind = "CertificateVerify"
	KindClientKeyExchange   Kind = "ClientKeyExchange"
	KindFinished            Kind = "Finished"
	KindCertificateStatus   Kind = "CertificateStatus"
	KindNextProtocol        Kind = "NextProtocol"
	KindKeyUpdate           Kind = "KeyUpdate"
	KindUnknown             Kind = "unknown handshake message"

	KindChangeCipherSpec Kind = "ChangeCipherSpec"
	KindAlert            Kind = "Alert"
	KindHeartbeat        Kind = "Heartbeat"
	KindApplication      Kind = "ApplicationData"
	KindHTTP2            Kind = "HTTP/2"
	KindEncrypted        Kind = "encrypted record" // and no key that opens it
	KindNotTLS           Kind = "not TLS"
)

// Step is the part of a connection's story that a message belongs to.
type Step string

// The steps.
const (
	StepHello        Step = "hello"
	StepAnswer       Step = "answer"
	StepVerification Step = "verification"
	StepKeyAgreement Step = "key agreement"
	StepSessionKeys  Step = "session keys"
	StepFinished     Step = "finished"
	StepApplication  Step = "application"
	StepAlert        Step = "alert"
)

// Message is one message, or what stands for one that cannot be opened.
type Message struct {
	At         time.Duration // when its last byte was there
	FromClient bool
	Kind       Kind
	Step       Step
	Size       int    // of the message, without the records around it, in bytes
	Wire       int    // of the records that it ended in or filled, in bytes; a record with several messages counts with the first
	Encrypted  bool   // on the wire
	Raw        []byte // in the clear; nil if it could not be opened, and for application data
	Problem    string // what is wrong with its form
	Sentence   string // for people

	// Body is the parsed message: *ClientHello, *ServerHello, *EncryptedExtensions,
	// *CertificateRequest, *Certificate, *CertificateVerify, *ServerKeyExchange,
	// *ClientKeyExchange, *CertificateStatus, *NewSessionTicket, *Finished,
	// *KeyUpdate, *Alert, *Frame, *ApplicationData; nil for others.
	Body any
}

// ApplicationData is what one side sent without a pause by the other, counted and
// not kept.
type ApplicationData struct {
	Records int
	Bytes   int           // of content; 0 if it could not be opened
	Last    time.Duration // when the last of it was there; the message's time is that of the first
	Early   bool          // 0-RTT
}

// Field is one field of a message. Either it has a value or fields of its own.
type Field struct {
	Name   string  `json:"name"`
	Value  string  `json:"value,omitempty"`
	Fields []Field `json:"fields,omitempty"`
}

// Transcript is a connection's messages in the order in which one side saw them.
type Transcript struct {
	Messages []Message

	Version     uint16 // that the server chose; 0: no answer
	CipherSuite uint16
	Group       uint16 // of the key agreement; 0: unknown or none
	Resumed     bool   // with keys of an earlier connection
	EarlyData   EarlyData

	// Opened says that everything encrypted could be opened.
	Opened bool
	// Truncated says that there was more than was kept or taken apart.
	Truncated bool
	// Problems are about the connection rather than one message.
	Problems []string
}

// EarlyData is how far 0-RTT came on this connection (RFC 8446, 2.3).
type EarlyData struct {
	Offered  bool // by the client
	Accepted bool // by the server
}

// First gives the first message of a kind from one side; nil if there is none.
func (t *Transcript) First(kind Kind, fromClient bool) *Message {
	for i := range t.Messages {
		if t.Messages[i].Kind == kind && t.Messages[i].FromClient == fromClient {
			return &t.Messages[i]
		}
	}
	return nil
}

// ClientHello gives the first; nil if there is none.
func (t *Transcript) ClientHello() *ClientHello {
	if m := t.First(KindClientHello, true); m != nil {
		hello, _ := m.Body.(*ClientHello)
		return hello
	}
	return nil
}

// ServerHello gives the one that is no HelloRetryRequest; nil if there is none.
func (t *Transcript) ServerHello() *ServerHello {
	if m := t.First(KindServerHello, false); m != nil {
		hello, _ := m.Body.(*ServerHello)
		return hello
	}
	return nil
}

// Chain gives the certificates that one side showed, DER, as sent; nil if it
// showed none or they could not be opened.
func (t *Transcript) Chain(client bool) [][]byte {
	m := t.First(KindCertificate, client)
	if m == nil {
		return nil
	}
	certificate, _ := m.Body.(*Certificate)
	if certificate == nil {
		return nil
	}
	var chain [][]byte
	for _, entry := range certificate.Entries {
		chain = append(chain, entry.DER)
	}
	return chain
}

// Finished says whether both sides' Finished messages were there.
func (t *Transcript) Finished() bool {
	return t.First(KindFinished, true) != nil && t.First(KindFinished, false) != nil
}

// Alerts gives the alerts of one side, in order, closures included.
func (t *Transcript) Alerts(fromClient bool) []*Alert {
	var alerts []*Alert
	for _, m := range t.Messages {
		if alert, ok := m.Body.(*Alert); ok && m.FromClient == fromClient {
			alerts = append(alerts, alert)
		}
	}
	return alerts
}

// VersionName names the version that was chosen; empty: none was.
func (t *Transcript) VersionName() string {
	if t.Version == 0 {
		return ""
	}
	return tlsparams.VersionName(t.Version)
}
