// Package inspect reads what certificates come in: PEM and DER files with
// certificates, requests, revocation lists and keys, PKCS#12, and live servers.
//
// Read and Dial give Items: facts, ready for JSON, without judgement. The words
// for people are in words.go. Nothing here trusts anything, and no private part
// of a key ever leaves the package.
package inspect

import (
	"time"
)

// Content is what an input holds.
type Content struct {
	Format Format
	Items  []Item
}

// Format is the form of an input as a whole.
type Format string

// The formats that Read tells apart.
const (
	FormatPEM    Format = "pem"
	FormatDER    Format = "der"
	FormatPKCS12 Format = "pkcs12"
	FormatPKCS7  Format = "pkcs7"
	FormatJKS    Format = "jks"
)

// Kind says what an item is.
type Kind string

// The kinds of items.
const (
	KindCertificate Kind = "certificate"
	KindRequest     Kind = "request"
	KindCRL         Kind = "crl"
	KindPrivateKey  Kind = "private_key"
	KindPublicKey   Kind = "public_key"
	KindUnreadable  Kind = "unreadable"
)

// Item is one thing found in an input. Exactly one of the pointers is set.
type Item struct {
	Kind        Kind         `json:"kind"`
	Certificate *Certificate `json:"certificate,omitempty"`
	Request     *Request     `json:"request,omitempty"`
	CRL         *CRL         `json:"crl,omitempty"`
	Key         *Key         `json:"key,omitempty"` // of both key kinds
	Unreadable  *Unreadable  `json:"unreadable,omitempty"`
}

// Certificate are the facts of an X.509 certificate.
type Certificate struct {
	Names        []string  `json:"names"` // subject alternative names
	Subject      string    `json:"subject"`
	Issuer       string    `json:"issuer"`
	Serial       string    `json:"serial"` // lowercase hex
	NotBefore    time.Time `json:"not_before"`
	NotAfter     time.Time `json:"not_after"`
	KeyType      string    `json:"key_type"`
	Signature    string    `json:"signature_algorithm"`
	KeyUsage     []string  `json:"key_usage"`
	ExtKeyUsage  []string  `json:"ext_key_usage"`
	CA           *CA       `json:"ca,omitempty"` // nil: it may not sign certificates
	SelfSigned   bool      `json:"self_signed"`
	SignedBy     int       `json:"signed_by,omitempty"` // number of the item that signed it, from 1
	SHA256       string    `json:"sha256"`
	SPKIPin      string    `json:"spki_pin"`
	SubjectKeyID string    `json:"subject_key_id,omitempty"`
	IssuerKeyID  string    `json:"authority_key_id,omitempty"`
	OCSP         []string  `json:"ocsp,omitempty"`
	CRLs         []string  `json:"crl_distribution_points,omitempty"`

	PEM string `json:"pem"`
}

// CA is what a CA certificate may sign.
type CA struct {
	PathLength *int     `json:"path_length"` // CAs that may stand below; null: any number
	Permitted  []string `json:"permitted"`   // name constraints, RFC 5280, 4.2.1.10
	Excluded   []string `json:"excluded"`
}

// Request are the facts of a certificate request.
type Request struct {
	Names     []string `json:"names"`
	Subject   string   `json:"subject"`
	KeyType   string   `json:"key_type"`
	Signature string   `json:"signature_algorithm"`
	State     State    `json:"signature"`
	AsksForCA bool     `json:"asks_for_ca"`
	SPKIPin   string   `json:"spki_pin"`
}

// State says whether a request's signature was made with its key.
type State string

// The states of a signature.
const (
	SignatureGood      State = "good"
	SignatureBad       State = "bad"
	SignatureUnchecked State = "unchecked" // made in a way that is not known here
)

// CRL are the facts of a revocation list.
type CRL struct {
	Issuer     string    `json:"issuer"`
	Number     string    `json:"number,omitempty"`
	ThisUpdate time.Time `json:"this_update"`
	NextUpdate time.Time `json:"next_update,omitzero"`
	Signature  string    `json:"signature_algorithm"`
	SignedBy   int       `json:"signed_by,omitempty"`
	Count      int       `json:"revoked"`
	Entries    []Revoked `json:"entries"` // the first ten
}

// Revoked is an entry of a revocation list.
type Revoked struct {
	Serial string    `json:"serial"`
	Time   time.Time `json:"time"`
	Reason string    `json:"reason"`
}

// Key are the facts of a key, without any private part.
type Key struct {
	Type      string `json:"type,omitempty"` // empty where it is encrypted
	Encrypted bool   `json:"encrypted"`
	SPKIPin   string `json:"spki_pin,omitempty"`
	BelongsTo int    `json:"belongs_to,omitempty"` // number of the certificate or request with this key, from 1
}

// Unreadable is something that was recognised and could not be read.
type Unreadable struct {
	What  string `json:"what"`
	Error string `json:"error"`

	// Convert is the command that turns it into something readable, if there is
	// one. The word FILE in it stands for the input.
	Convert []string `json:"convert,omitempty"`
}
