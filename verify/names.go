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
	wildcardPart  // at the end of a label
	wildcardFirst // at its beginning, and there is more of it
	wildcardAmid  // inside it
	wildcardMany  // more than one in a label
	wildcardInside
	dotAsked
	dotNamed
	dotBoth
	underscore
	underscoreWild
	hyphen      // the host name has a label that begins or ends with one
	hyphenNamed // the same, and no wildcard is needed
	hyphenWild  // it begins with one, and only a wildcard fits
	mappedAddress
	otherCommon  // a common name fits that is not the last
	commonOfMany // the last one of several fits
	conditions   // the first that is none
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
	wildcardFirst:     Everyone&^(OpenSSL|Node|Java|GnuTLS) | conformance,
	wildcardAmid:      Everyone&^(Node|Java) | conformance,
	wildcardMany:      Everyone&^Java | conformance,
	wildcardInside:    Everyone&^Java17 | conformance,
	dotAsked:          OpenSSL | Python,
	dotNamed:          Everyone &^ (Chrome | Curl | Node),
	dotBoth:           Firefox | Java | GnuTLS | Rustls,
	underscore:        Java,
	underscoreWild:    Java | OpenSSL | Python,
	hyphen:            Java | Rustls,
	hyphenNamed:       Firefox,
	hyphenWild:        Go,
	mappedAddress:     Everyone &^ (Go | Java),
	otherCommon:       Curl | Java | GnuTLS,
	commonOfMany:      GnuTLS,
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
	if c.hasDNS() {
		return
	}
	for i, common := range c.facts.common {
		on, ok := matchHost(strings.ToLower(common), asked)
		if !ok {
			continue
		}
		on |= commonName
		switch {
		case c.hasIP():
			on |= besideAddress
		case len(c.X509.URIs) > 0:
			on |= besideURI
		}
		switch {
		case i < len(c.facts.common)-1:
			on |= otherCommon
		case i > 0:
			on |= commonOfMany
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
		if hyphens(bareAsked) != 0 {
			on |= hyphen | hyphenNamed
		}
		return on, !strings.Contains(bareAsked, "*")
	}
	wild, ok := matchWildcard(bareName, bareAsked)
	if ok && strings.Contains(bareAsked, "_") {
		on |= underscoreWild
	}
	if on |= hyphens(bareAsked); strings.HasPrefix(bareAsked, "-") || strings.Contains(bareAsked, ".-") {
		on |= hyphenWild
	}
	return on | wild, ok
}

// hyphens: a label must neither begin nor end with one (RFC 952).
func hyphens(host string) condition {
	for label := range strings.SplitSeq(host, ".") {
		if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return hyphen
		}
	}
	return 0
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
		if !strings.Contains(patternLabel, "*") {
			if patternLabel != hostLabel {
				return 0, false
			}
			continue
		}
		// Nobody lets an asterisk stand for a top-level domain or a part of an IDN.
		if !matchLabel(patternLabel, hostLabel) || patternRest == "" || strings.HasPrefix(patternLabel, "xn--") {
			return 0, false
		}
		if !first {
			on |= wildcardInside
		} else {
			on |= shape(patternLabel)
		}
	}
	_, parent, _ := strings.Cut(pattern, ".")
	return on | breadth(parent), true
}

// matchLabel compares a label with one that has asterisks, each of which stands
// for any characters.
func matchLabel(pattern, label string) bool {
	before, rest, _ := strings.Cut(pattern, "*")
	label, ok := strings.CutPrefix(label, before)
	if !ok || pattern == "*" && label == "" {
		return false
	}
	for {
		part, more, another := strings.Cut(rest, "*")
		if !another {
			return strings.HasSuffix(label, part)
		}
		_, behind, found := strings.Cut(label, part)
		if !found {
			return false
		}
		label, rest = behind, more
	}
}

// shape says where in a label an asterisk stands.
func shape(label string) condition {
	before, after, _ := strings.Cut(label, "*")
	switch {
	case strings.Contains(after, "*"):
		return wildcardMany
	case before != "" && after != "":
		return wildcardAmid
	case before != "":
		return wildcardPart
	case after != "":
		return wildcardFirst
	default:
		return 0
	}
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
