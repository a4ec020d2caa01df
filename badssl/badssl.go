// Package badssl makes certificates that are broken on purpose, and one local
// server that shows them, so that people can see what their own clients do about
// expired, misnamed, revoked and otherwise faulty certificates.
//
// Nothing made here is worth stealing. A throw-away root signs it, which lives for
// a day; its key and the keys of the CAs below it, which are constrained to
// reserved names, are forgotten before the first certificate is handed out. What
// remains are the keys of certificates for names that mean this machine.
package badssl

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
	"time"

	"devca/diag"
	"devca/verify"
)

// DefaultDomain is where the kinds have their names: expired.badssl.localhost.
// Browsers and curl take every name below localhost for this machine (RFC 6761,
// 6.3); for others it goes into the hosts file. The second label keeps wildcards
// two labels away from the top, which clients want.
const DefaultDomain = "badssl.localhost"

// Kind is one way to be wrong.
type Kind struct {
	Name  string // expired
	Wrong string // what is wrong, in one sentence

	// Finds are the rules of devca/verify that find it: the fault itself first,
	// then what cannot be had without it.
	Finds []diag.Code

	// Server says that the fault is the server's: it cannot be put into a file.
	Server bool
	// Named says that the fault lies in the shape of the host name, so that it
	// cannot be had for any name.
	Named bool
	// Harmless says that devca's own CA may sign it: the fault makes the
	// certificate less than a good one, for every client.
	Harmless bool
	// Refusing are the clients that a fault of the server keeps away. What they
	// make of a certificate is devca/verify's to say.
	Refusing verify.Clients

	host  func(domain string) string
	alter func(*order) error
}

// Kinds gives all of them, in the order in which people ask.
func Kinds() []*Kind { return slices.Clone(kinds) }

var kinds = slices.Concat(validKinds, nameKinds, chainKinds, usageKinds, keyKinds, revokedKinds, formKinds, serverKinds)

// ByName finds a kind; nil if there is none of that name.
func ByName(name string) *Kind {
	for _, kind := range kinds {
		if kind.Name == name {
			return kind
		}
	}
	return nil
}

// Host gives the kind's name below a domain. It is an address where the fault is
// about one.
func (k *Kind) Host(domain string) string {
	if k.host != nil {
		return k.host(domain)
	}
	return k.Name + "." + domain
}

// Made is one kind's certificate with everything that is needed to show it.
type Made struct {
	Kind     *Kind
	Host     string
	Names    []string // that were asked for, the host first
	Chain    [][]byte // as a server would send it, DER
	Key      crypto.Signer
	NotAfter time.Time
	Hidden   []byte // the intermediate certificate that is left out, at the address in the certificate
	Staple   []byte // an OCSP response
	List     []byte // a revocation list

	MinVersion, MaxVersion uint16
	Plain                  bool // the server answers a handshake with HTTP

	Own  bool              // devca's own CA signed it
	Root *x509.Certificate // that a client has to trust
}

// Certificate is the form in which crypto/tls wants it.
func (m *Made) Certificate() *tls.Certificate {
	return &tls.Certificate{Certificate: m.Chain, PrivateKey: m.Key, OCSPStaple: m.Staple}
}

// Judge says what devca/verify makes of it, for a client that trusts its root and
// can reach the server's addresses.
func (m *Made) Judge(at time.Time) *verify.Report {
	request := verify.Request{
		Anchors: verify.NewAnchors(verify.Anchor{Certificate: m.Root, Source: "the root of this run"}),
		Name:    m.Host, Usage: verify.Server, At: at, Live: true, Staple: m.Staple,
	}
	for _, der := range m.Chain {
		request.Chain = append(request.Chain, verify.ParseCertificate(der))
	}
	if m.Hidden != nil {
		request.Fetched = append(request.Fetched, verify.ParseCertificate(m.Hidden))
	}
	return verify.Judge(request)
}

// Refused gives the clients that refuse it, and those that accept it.
func (m *Made) Refused(at time.Time) (refusing, accepting verify.Clients) {
	for _, verdict := range m.Judge(at).Verdicts {
		if verdict.Client.Bit&verify.Everyone == 0 {
			continue
		}
		if verdict.Answer == verify.Refuses || m.Kind.Refusing&verdict.Client.Bit != 0 {
			refusing |= verdict.Client.Bit
		} else {
			accepting |= verdict.Client.Bit
		}
	}
	return refusing, accepting
}

// reserved are the names that are nobody's (RFC 2606, RFC 6761, RFC 8375, ICANN's
// "internal"). A broken certificate is made for no others.
var reserved = []string{"localhost", "test", "example", "invalid", "internal", "local", "lan", "home.arpa"}

// CheckName refuses names that could be somebody's.
func CheckName(name string) error {
	bare := strings.TrimPrefix(strings.ToLower(name), "*.")
	for _, top := range reserved {
		if bare == top || strings.HasSuffix(bare, "."+top) {
			return nil
		}
	}
	return diag.New(diag.BadSSLName, "a certificate that is broken on purpose is not made for "+name).
		Because("only names below "+strings.Join(reserved, ", ")+" can never be somebody's").
		Fix("use one of them", "devca issue --broken expired app.test")
}

// topOf gives the reserved name that a name lies below.
func topOf(name string) string {
	for _, top := range reserved {
		if name == top || strings.HasSuffix(name, "."+top) {
			return top
		}
	}
	return name
}

// backdate lets a client with a slow clock accept what is to be accepted.
const backdate = time.Hour

// day is how long a throw-away root lives.
const day = 24 * time.Hour
