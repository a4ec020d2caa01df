package verify

import (
	"net/netip"
	"strings"

	"devca/internal/publicsuffix"
)

// condition is something about how a name in a certificate fits the name that was
// asked for that not every client goes along with. Each has a rule.
type condition uint32

const (
	commonName condition = 1 << iota
	commonNameAddress
	besideAddress // the common name fits, beside an address among the alternative names
	besideURI     // the same beside a URI
	wildcardTop
	wildcardSuffix
	wildcardPrivate
	wildcardPart
	wildcardInside
	dotAsked
	dotNamed
	dotBoth
	underscore
	underscoreWild
	mappedAddress
	conditions // the first that is none
)

// refusing says who does not go along.
func (c condition) refusing() Clients {
	var set Clients
	for bit := condition(1); bit < conditions; bit <<= 1 {
		if c&bit != 0 {
			set |= conditionClients[bit]
		}
	}
	return set
}

// conditionClients is the part of the table of rules that matching needs.
var conditionClients = map[condition]Clients{
	commonName:        Chrome | Firefox | Safari | Go | Rustls | conformance,
	commonNameAddress: Everyone&^Curl | conformance,
	besideAddress:     Curl | GnuTLS,
	besideURI:         GnuTLS,
	wildcardTop:       Chrome | Firefox | Safari | openssls | GnuTLS | Rustls | WebPKI,
	wildcardSuffix:    Chrome | WebPKI,
	wildcardPrivate:   WebPKI,
	wildcardPart:      Everyone&^(OpenSSL|Node|Java) | conformance,
	wildcardInside:    Everyone&^Java17 | conformance,
	dotAsked:          OpenSSL | Python,
	dotNamed:          Everyone &^ (Chrome | Curl | Node),
	dotBoth:           Firefox | Java | GnuTLS | Rustls,
	underscore:        Java,
	underscoreWild:    Java | OpenSSL | Python,
	mappedAddress:     Everyone &^ (Go | Java),
}

// match is how a certificate's names fit the one that was asked for.
type match struct {
	fits     bool      // at least one name fits in the eyes of at least one client
	accepted Clients   // those who find a name that fits
	open     condition // why the others do not
}

// matchName looks for the name among the certificate's.
func matchName(c *Certificate, name string, usage Usage) match {
	var m match
	switch address, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")); {
	case usage == Email:
		for _, mailbox := range c.X509.EmailAddresses {
			if sameMailbox(mailbox, name) {
				m.add(0)
			}
		}
	case err == nil:
		m.address(c, address.WithZone(""))
	default:
		m.host(c, strings.ToLower(name))
	}
	return m
}

// add notes a name that fits, under conditions.
func (m *match) add(on condition) {
	m.fits = true
	m.accepted |= (Everyone | conformance) &^ on.refusing()
	m.open |= on
}

func (m *match) address(c *Certificate, asked netip.Addr) {
	for _, ip := range c.X509.IPAddresses {
		named, ok := netip.AddrFromSlice(ip)
		switch {
		case !ok:
		case named == asked:
			m.add(0)
		case named.Unmap() == asked.Unmap():
			m.add(mappedAddress)
		}
	}
	if !c.hasDNS() && !c.hasIP() && c.X509.Subject.CommonName == asked.String() {
		m.add(commonNameAddress)
	}
}

func (m *match) host(c *Certificate, asked string) {
	for _, name := range c.X509.DNSNames {
		if on, ok := matchHost(strings.ToLower(name), asked); ok {
			m.add(on)
		}
	}
	if c.hasDNS() || c.X509.Subject.CommonName == "" {
		return
	}
	if on, ok := matchHost(strings.ToLower(c.X509.Subject.CommonName), asked); ok {
		on |= commonName
		switch {
		case c.hasIP():
			on |= besideAddress
		case len(c.X509.URIs) > 0:
			on |= besideURI
		}
		m.add(on)
	}
}

// matchHost compares a name of a certificate with a host name, both in lower
// case, as the most lenient client does, and says on which conditions it fits.
func matchHost(name, asked string) (condition, bool) {
	var on condition
	bareName, dotName := strings.CutSuffix(name, ".")
	bareAsked, dotAskedFor := strings.CutSuffix(asked, ".")
	switch {
	case dotName && dotAskedFor:
		on |= dotBoth
	case dotAskedFor:
		on |= dotAsked
	case dotName:
		on |= dotNamed
	}
	if bareName == "" || bareAsked == "" {
		return 0, false
	}
	if bareName == bareAsked {
		if strings.Contains(bareAsked, "_") {
			on |= underscore
		}
		return on, !strings.Contains(bareAsked, "*")
	}
	wild, ok := matchWildcard(bareName, bareAsked)
	if ok && strings.Contains(bareAsked, "_") {
		on |= underscoreWild
	}
	return on | wild, ok
}

// matchWildcard compares label by label (RFC 9525, 6.3, and what was allowed
// before it).
func matchWildcard(pattern, host string) (condition, bool) {
	if !strings.Contains(pattern, "*") || strings.Count(pattern, ".") != strings.Count(host, ".") || !strings.Contains(pattern, ".") {
		return 0, false
	}
	var on condition
	patternRest, hostRest := pattern, host
	for first := true; patternRest != ""; first = false {
		var patternLabel, hostLabel string
		patternLabel, patternRest, _ = strings.Cut(patternRest, ".")
		hostLabel, hostRest, _ = strings.Cut(hostRest, ".")
		before, after, wild := strings.Cut(patternLabel, "*")
		switch {
		case !wild:
			if patternLabel != hostLabel {
				return 0, false
			}
			continue
		case len(hostLabel) <= len(before)+len(after), strings.Contains(after, "*"),
			!strings.HasPrefix(hostLabel, before), !strings.HasSuffix(hostLabel, after):
			return 0, false
		}
		if !first {
			on |= wildcardInside
		} else if before != "" || after != "" {
			on |= wildcardPart
		}
	}
	_, parent, _ := strings.Cut(pattern, ".")
	return on | breadth(parent), true
}

// breadth says whether a wildcard stands for names of many owners.
func breadth(parent string) condition {
	switch {
	case !strings.Contains(parent, "."):
		return wildcardTop
	case publicsuffix.Is(parent):
		return wildcardSuffix
	case publicsuffix.IsPrivate(parent):
		return wildcardPrivate
	default:
		return 0
	}
}

// sameMailbox compares the host part without regard to case (RFC 5280, 7.5).
func sameMailbox(a, b string) bool {
	localA, hostA, _ := strings.Cut(a, "@")
	localB, hostB, _ := strings.Cut(b, "@")
	return localA == localB && strings.EqualFold(hostA, hostB)
}
