package verify

import (
	"math/bits"
	"strings"
)

// Clients is a set of profiles.
type Clients uint32

// The profiles. A client that changed its mind is in here more than once.
const (
	Chrome Clients = 1 << iota
	Firefox
	Safari
	Go
	OpenSSL
	Curl
	Node20
	Node24
	Python311
	Python313
	Java17
	Java25
	GnuTLS
	Rustls
	Windows
	RFC5280
	WebPKI
)

// Families of clients.
const (
	Node   = Node20 | Node24
	Python = Python311 | Python313
	Java   = Java17 | Java25
	// openssls are the programs that leave the decision to OpenSSL.
	openssls = OpenSSL | Curl | Node | Python
	// Everyone is every client, without the conformance profiles.
	Everyone = Chrome | Firefox | Safari | Go | openssls | Java | GnuTLS | Rustls | Windows
	// conformance are the profiles that stand for a specification.
	conformance = RFC5280 | WebPKI
)

// Profile describes one client: a set of switches over the rules.
type Profile struct {
	Bit      Clients
	Name     string // chrome, python
	Versions string // which versions behave this way, in words; empty: all that were looked at
	Basis    string // measured with which version, or documented where
	AIA      bool   // fetches missing intermediate certificates by the address in the certificate
	OCSP     bool   // asks the certificate's OCSP server, and goes on if it does not answer
}

// Profiles are the clients in the order in which they are shown, then the
// conformance profiles.
func Profiles() []*Profile { return profiles[:] }

var profiles = [...]*Profile{
	{Bit: Chrome, Name: "chrome", Basis: "measured: Chromium 156", AIA: true},
	{Bit: Firefox, Name: "firefox", Basis: "measured: Firefox 153 ESR", OCSP: true},
	{Bit: Safari, Name: "safari", Basis: "documented: support.apple.com 103769", AIA: true},
	{Bit: Go, Name: "go", Basis: "measured: Go 1.26"},
	{Bit: OpenSSL, Name: "openssl", Basis: "measured: openssl s_client 3.0 and 3.6"},
	{Bit: Curl, Name: "curl", Basis: "measured: curl 7.88 and 8.23 with OpenSSL"},
	{Bit: Node20, Name: "node", Versions: "up to 22", Basis: "measured: Node.js 20"},
	{Bit: Node24, Name: "node", Versions: "24 and later", Basis: "measured: Node.js 24"},
	{Bit: Python311, Name: "python", Versions: "up to 3.12", Basis: "measured: Python 3.11"},
	{Bit: Python313, Name: "python", Versions: "3.13 and later", Basis: "measured: Python 3.14"},
	{Bit: Java17, Name: "java", Versions: "17", Basis: "measured: OpenJDK 17"},
	{Bit: Java25, Name: "java", Versions: "25", Basis: "measured: OpenJDK 25"},
	{Bit: GnuTLS, Name: "gnutls", Basis: "measured: GnuTLS 3.7 and 3.8"},
	{Bit: Rustls, Name: "rustls", Basis: "measured: rustls-webpki 0.103"},
	{Bit: Windows, Name: "windows", Basis: "documented: Schannel, learn.microsoft.com", AIA: true},
	{Bit: RFC5280, Name: "rfc5280", Basis: "RFC 5280, as x509-limbo reads it"},
	{Bit: WebPKI, Name: "webpki", Basis: "CA/Browser Forum Baseline Requirements, as x509-limbo reads them"},
}

// ClientsNamed gives the profiles of a client, such as both of python's; 0 if
// there is no client of that name.
func ClientsNamed(name string) Clients {
	var set Clients
	for _, p := range profiles {
		if p.Name == name {
			set |= p.Bit
		}
	}
	return set
}

// Names gives the names of a set's clients, each once. A client of which only
// some versions are in the set is named with them.
func (c Clients) Names() []string {
	names := make([]string, 0, bits.OnesCount32(uint32(c)))
	for _, p := range profiles {
		switch {
		case c&p.Bit == 0:
		case c&ClientsNamed(p.Name) != ClientsNamed(p.Name):
			names = append(names, p.Name+" ("+p.Versions+")")
		case len(names) == 0 || names[len(names)-1] != p.Name:
			names = append(names, p.Name)
		}
	}
	return names
}

// String joins the names.
func (c Clients) String() string { return strings.Join(c.Names(), ", ") }

// Count is how many profiles are in the set.
func (c Clients) Count() int { return bits.OnesCount32(uint32(c)) }
