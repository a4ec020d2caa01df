// Package dial gets from what a person types to a TLS connection: targets,
// proxies, STARTTLS dialogues, and a handshake that accepts everything, so that
// what a server shows can be judged by somebody else.
package dial

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"devca/diag"
)

// Protocol is what is spoken on a port.
type Protocol struct {
	Name     string
	Port     string
	STARTTLS bool // it begins in the clear and changes to TLS on demand
}

// protocols are known by the schemes of URLs. The ports are IANA's.
var protocols = map[string]Protocol{
	"https": {"https", "443", false}, "tls": {"tls", "443", false},
	"smtp": {"smtp", "25", true}, "submission": {"smtp", "587", true}, "smtps": {"smtp", "465", false}, "lmtp": {"lmtp", "24", true},
	"imap": {"imap", "143", true}, "imaps": {"imap", "993", false},
	"pop3": {"pop3", "110", true}, "pop3s": {"pop3", "995", false},
	"ldap": {"ldap", "389", true}, "ldaps": {"ldap", "636", false},
	"postgres": {"postgres", "5432", true}, "postgresql": {"postgres", "5432", true},
	"mysql": {"mysql", "3306", true}, "mariadb": {"mysql", "3306", true},
	"ftp": {"ftp", "21", true}, "ftps": {"ftp", "990", false},
	"xmpp": {"xmpp", "5222", true}, "xmpp-server": {"xmpp-server", "5269", true},
	"nntp": {"nntp", "119", true}, "nntps": {"nntp", "563", false},
}

// Target is a server to look at.
type Target struct {
	Protocol   Protocol
	Host       string // a name in A-labels, or an address
	Port       string
	ServerName string // sent as SNI and, unlike Host, never an address; empty: Host
}

// Address is the target in the form that net.Dial takes.
func (t Target) Address() string { return net.JoinHostPort(t.Host, t.Port) }

// Name is the name that the server is asked for.
func (t Target) Name() string {
	if t.ServerName != "" {
		return t.ServerName
	}
	return t.Host
}

// ParseTarget reads HOST, HOST:PORT, [ADDRESS]:PORT or a URL of a known protocol.
func ParseTarget(text string) (Target, error) {
	target := Target{Protocol: protocols["https"], Host: text}
	switch {
	case strings.Contains(text, "://"):
		parsed, err := url.Parse(text)
		if err != nil {
			return Target{}, noTarget(text, "it is not a URL")
		}
		protocol, known := protocols[strings.ToLower(parsed.Scheme)]
		switch {
		case parsed.Scheme == "http":
			return Target{}, noTarget(text, "http has no certificates").
				Fix("look at the server's TLS port", diag.CommandLine("devca", "verify", "https://"+parsed.Hostname()))
		case !known:
			return Target{}, noTarget(text, parsed.Scheme+" is no protocol that devca knows").
				Fix("a port that speaks TLS at once needs none", diag.CommandLine("devca", "verify", "tls://"+parsed.Host))
		}
		target.Protocol, target.Host, target.Port = protocol, parsed.Hostname(), parsed.Port()
	case isAddress(unbracketed(text)):
		target.Host = unbracketed(text)
	case strings.Contains(text, ":"):
		host, port, err := net.SplitHostPort(text)
		if err != nil || port == "" {
			return Target{}, noTarget(text, "it is not of the form HOST:PORT")
		}
		target.Host, target.Port = host, port
	}
	if target.Port == "" {
		target.Port = target.Protocol.Port
	}
	if n, err := strconv.ParseUint(target.Port, 10, 16); err != nil || n == 0 {
		return Target{}, noTarget(text, strconv.Quote(target.Port)+" is not a port between 1 and 65535")
	}
	if target.Host == "" || strings.ContainsFunc(target.Host, notOfHost) {
		return Target{}, noTarget(text, "it names no host")
	}
	if !isAddress(target.Host) {
		ascii, err := idna.Lookup.ToASCII(strings.ToLower(target.Host))
		switch {
		case err == nil && ascii != "":
			target.Host = ascii
		case !isASCII(target.Host): // others, such as those with an underscore, are the network's to refuse
			return Target{}, noTarget(text, "its name has no form in A-labels")
		}
	}
	return target, nil
}

func noTarget(text, why string) *diag.Error {
	return diag.New(diag.DialTarget, strconv.Quote(text)+" is not a server").Because(why).
		Fix("give it as HOST:PORT or as a URL", "devca verify https://localhost:8443")
}

func isASCII(text string) bool {
	for _, b := range []byte(text) {
		if b >= 0x80 {
			return false
		}
	}
	return true
}

func unbracketed(text string) string {
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]")
	}
	return text
}

// isAddress also takes addresses with a zone, as in fe80::1%eth0.
func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func notOfHost(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`/\"'?#@[]`, r) }
