// Package certs knows end-entity certificates: their names, profile, key and
// request, and the files they are kept in. It signs nothing; package ca does.
package certs

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"devca/diag"
	"devca/internal/publicsuffix"
)

// Names are the subject alternative names of a certificate (RFC 5280, 4.2.1.6),
// each kind in the order given, without duplicates.
type Names struct {
	DNS   []string     // A-labels, lower case, no final dot; "*." may lead
	IP    []netip.Addr // no zone, IPv4 never mapped into IPv6
	Email []string     // domain in A-labels
	URI   []*url.URL

	order []string
}

// All gives every name as text, in the order in which they were given.
func (n Names) All() []string { return n.order }

// Len is the number of names.
func (n Names) Len() int { return len(n.order) }

// ParseNames reads names as a person types them. Unless force is given, names
// that the measured clients refuse are refused with the reason and with what
// works instead. The error is a *diag.Error.
func ParseNames(texts []string, force bool) (Names, error) {
	var names Names
	for _, text := range texts {
		if err := names.add(strings.TrimSpace(text), force); err != nil {
			return Names{}, err
		}
	}
	return names, nil
}

// maxNames bounds one certificate: OpenSSL and Go bound the work of name
// constraints at some ten thousand names, and handshakes grow with each.
const maxNames = 1000

func (n *Names) add(text string, force bool) error {
	if len(n.order) >= maxNames {
		return diag.New(diag.NameInvalid, fmt.Sprintf("more than %d names in one certificate", maxNames)).
			Fix("issue several certificates", "devca issue --batch FILE")
	}
	// 2048 bytes hold any name there is; the bound keeps hostile input from
	// being mapped, quoted and shown at length.
	if text == "" || len(text) > 2048 {
		return invalid(text, "a name has between 1 and 2048 characters")
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f }); i >= 0 {
		return invalid(text, "it contains a control character")
	}
	if !utf8.ValidString(text) {
		return invalid(text, "it is not valid UTF-8")
	}
	if addr, err := netip.ParseAddr(withoutBrackets(text)); err == nil {
		return n.addIP(text, addr)
	}
	switch {
	case strings.Contains(text, "://") || strings.HasPrefix(text, "urn:"):
		return n.addURI(text, force)
	case strings.Contains(text, "@"):
		return n.addEmail(text)
	default:
		return n.addDNS(text, force)
	}
}

func invalid(text, why string) *diag.Error {
	if len(text) > 80 {
		text = text[:80] + "..."
	}
	return diag.New(diag.NameInvalid, fmt.Sprintf("%s is not a name for a certificate", strconv.QuoteToASCII(text))).
		Because(why).Fix("give DNS names, IP addresses, e-mail addresses or URIs", "devca issue localhost 127.0.0.1 ::1")
}

func (n *Names) addIP(text string, addr netip.Addr) error {
	if addr.Zone() != "" {
		return invalid(text, "a certificate cannot hold an address with a zone, and clients compare without it")
	}
	// Only Go and Java accept an IPv4-mapped IPv6 SAN (measured); all accept IPv4.
	addr = addr.Unmap()
	if n.remember(addr.String()) {
		n.IP = append(n.IP, addr)
	}
	return nil
}

func (n *Names) addURI(text string, force bool) error {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Scheme == "" || parsed.Host == "" && parsed.Opaque == "" && parsed.Path == "" {
		return invalid(text, "it looks like a URI and cannot be read as one")
	}
	// RFC 5280, 4.2.1.6: uniformResourceIdentifier is an IA5String; RFC 3986, 2 has
	// no room for these characters.
	for i := range len(text) {
		if text[i] >= 0x80 || strings.IndexByte(" \"<>\\^`{|}", text[i]) >= 0 {
			return invalid(text, fmt.Sprintf("a URI has no %q: percent-encode it", text[i]))
		}
	}
	if host := parsed.Hostname(); !force && host != "" && (parsed.Scheme == "https" || parsed.Scheme == "http") {
		return diag.New(diag.NameWithPort, fmt.Sprintf("%q is an address, not a name", text)).
			Because("servers are recognised by the host alone; a URI in a certificate names a workload, as in spiffe://example/db").
			Fix("issue for the host", diag.CommandLine("devca", "issue", host))
	}
	// A URI whose plain form differs would not be found again by what was typed.
	if reread, err := url.Parse(parsed.String()); err != nil || reread.String() != parsed.String() {
		return invalid(text, "it cannot be written in a single plain form")
	}
	if n.remember(parsed.String()) {
		n.URI = append(n.URI, parsed)
	}
	return nil
}

func (n *Names) addEmail(text string) error {
	address, err := mail.ParseAddress(text)
	if err != nil || address.Name != "" || address.Address != text {
		return invalid(text, "it looks like an e-mail address and cannot be read as one")
	}
	local, domain, _ := cutLast(text, "@")
	for i := range len(local) {
		// RFC 5280, 4.2.1.6: rfc822Name is ASCII; RFC 8398 names are read by next to no client.
		if local[i] >= 0x80 {
			return invalid(text, "the part before @ must be ASCII")
		}
	}
	domain, err = toASCII(domain)
	if err != nil {
		return invalid(text, "the domain: "+err.Error())
	}
	if text = local + "@" + domain; n.remember(text) {
		n.Email = append(n.Email, text)
	}
	return nil
}

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// withoutBrackets takes an IPv6 address out of the form that it has in a URL.
func withoutBrackets(text string) string {
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		return inner[:len(inner)-1]
	}
	return text
}

func (n *Names) addDNS(text string, force bool) error {
	if host, port, ok := cutLast(text, ":"); ok && host != "" {
		bare := withoutBrackets(host)
		if _, err := strconv.ParseUint(port, 10, 16); err == nil && (bare != host || !strings.Contains(host, ":")) {
			return diag.New(diag.NameWithPort, strconv.QuoteToASCII(text)+" is a name with a port").
				Because("a certificate is valid for every port of a host").
				Fix("leave the port out", diag.CommandLine("devca", "issue", bare))
		}
	}
	name, wildcard := strings.CutPrefix(strings.TrimSuffix(text, "."), "*.")
	if strings.Contains(name, "*") {
		return diag.New(diag.NameWildcard, strconv.QuoteToASCII(text)+" has its * in a place that no browser accepts").
			Because("only a whole first label may be a wildcard (RFC 9525, section 6.3)").
			Fix("write the wildcard as the first label, or list the names", "devca issue '*.app.test'")
	}
	ascii, err := toASCII(name)
	if err != nil {
		return invalid(text, err.Error())
	}
	if strings.Contains(ascii, "_") && !force {
		return diag.New(diag.NameUnderscore, strconv.Quote(ascii)+" contains an underscore").
			Because("Java refuses such a name in a certificate, OpenSSL and Python under a wildcard").
			Fix("write a hyphen instead", diag.CommandLine("devca", "issue", strings.ReplaceAll(ascii, "_", "-"))).
			Fix("or insist, if none of these is a client", diag.CommandLine("devca", "issue", "--force", ascii))
	}
	if wildcard {
		if err := judgeWildcard(ascii); err != nil && !force {
			return err
		}
		ascii = "*." + ascii
	}
	if n.remember(ascii) {
		n.DNS = append(n.DNS, ascii)
	}
	return nil
}

// judgeWildcard refuses what measured clients refuse: a wildcard over a single
// label (Chromium, Firefox, OpenSSL, GnuTLS, rustls) or over a public suffix of
// the ICANN section (Chromium).
func judgeWildcard(base string) error {
	if !strings.Contains(base, ".") {
		return diag.New(diag.NameWildcard, fmt.Sprintf("clients refuse the wildcard *.%s", base)).
			Because("Chromium, Firefox, curl, Node, Python and GnuTLS want two labels behind the *; only Go and Java take one").
			Fix("give the application a name and put the wildcard under it", diag.CommandLine("devca", "issue", "app."+base, "*.app."+base)).
			Fix("or insist, for Go and Java alone", diag.CommandLine("devca", "issue", "--force", "*."+base))
	}
	if publicsuffix.Is(base) {
		return diag.New(diag.NameWildcard, fmt.Sprintf("%q is a public suffix, so Chromium refuses the wildcard *.%s", base, base)).
			Because("whoever holds it could speak for every site registered there").
			Fix("put the wildcard under a name of your own", diag.CommandLine("devca", "issue", "app."+base, "*.app."+base))
	}
	return nil
}

// remember notes the name and tells whether it is new.
func (n *Names) remember(name string) bool {
	if slices.Contains(n.order, name) {
		return false
	}
	n.order = append(n.order, name)
	return true
}

// profile maps names as browsers do (UTS #46, non-transitional). Underscores
// are judged by us, with a better message than the library's.
var profile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false))

// toASCII gives a DNS name in lower-case A-labels, checked for what RFC 1123 and
// RFC 5890 allow.
func toASCII(name string) (string, error) {
	ascii, err := profile.ToASCII(name)
	if err != nil {
		return "", fmt.Errorf("it has no form that the DNS could hold: %w", err)
	}
	if len(ascii) > 253 {
		return "", fmt.Errorf("it has %d characters and the DNS allows 253", len(ascii))
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if err := checkLabel(label); err != nil {
			return "", err
		}
	}
	// WHATWG URL: a host whose last label is a number is an IPv4 address or nothing.
	if _, err := strconv.ParseUint(labels[len(labels)-1], 0, 64); err == nil {
		return "", fmt.Errorf("its last part is a number, so browsers read it as an IP address, and it is none")
	}
	return ascii, nil
}

func checkLabel(label string) error {
	switch {
	case label == "":
		return fmt.Errorf("it has an empty part")
	case len(label) > 63:
		return fmt.Errorf("the part %.20q... has %d characters and the DNS allows 63", label, len(label))
	case label[0] == '-' || label[len(label)-1] == '-':
		return fmt.Errorf("the part %q begins or ends with a hyphen", label)
	}
	for _, r := range label {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return fmt.Errorf("it contains %q", r)
		}
	}
	return nil
}
