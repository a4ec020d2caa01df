package web

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// maxEntries bounds lists that a server can make as long as it likes.
const maxEntries = 100

// HSTS is a Strict-Transport-Security header (RFC 6797, 6.1).
type HSTS struct {
	MaxAge            time.Duration `json:"-"`
	Seconds           int64         `json:"max_age"`
	IncludeSubDomains bool          `json:"include_subdomains"`
	Preload           bool          `json:"preload"`
	// Problem says why browsers ignore the header; empty: they do not.
	Problem string `json:"problem,omitempty"`
}

// maxSeconds is what fits into a Duration; a longer life is shown as this.
const maxSeconds = int64(1<<63-1) / int64(time.Second)

// ParseHSTS reads the header. What browsers would ignore has a Problem
// (RFC 6797, 8.1).
func ParseHSTS(value string) HSTS {
	var h HSTS
	seen := map[string]bool{}
	for directive := range splitOutsideQuotes(value, ';') {
		if directive = trim(directive); directive == "" {
			continue
		}
		name, argument, has := strings.Cut(directive, "=")
		name = strings.ToLower(trim(name))
		if seen[name] {
			return HSTS{Problem: fmt.Sprintf("%q is there twice", name)}
		}
		seen[name] = true
		if len(seen) > maxEntries || !isToken(name) {
			return HSTS{Problem: fmt.Sprintf("%q is no directive", directive)}
		}
		switch name {
		case "max-age":
			seconds, ok := maxAge(argument)
			if !has || !ok {
				return HSTS{Problem: fmt.Sprintf("max-age must be a number of seconds, and is %q", trim(argument))}
			}
			h.Seconds, h.MaxAge = seconds, time.Duration(min(seconds, maxSeconds))*time.Second
		case "includesubdomains", "preload":
			if has {
				return HSTS{Problem: name + " has a value, and must not have one"}
			}
			h.IncludeSubDomains = h.IncludeSubDomains || name != "preload"
			h.Preload = h.Preload || name == "preload"
		}
	}
	if !seen["max-age"] {
		return HSTS{Problem: "max-age is missing"}
	}
	return h
}

// maxAge reads 1*DIGIT, in quotes or not.
func maxAge(argument string) (int64, bool) {
	argument = unquote(trim(argument))
	if argument == "" || strings.Trim(argument, "0123456789") != "" {
		return 0, false
	}
	seconds, err := strconv.ParseInt(argument, 10, 64)
	if err != nil {
		return maxSeconds, true // a number too long for an int64 is long enough
	}
	return seconds, true
}

// AltSvc is another way to the same thing (RFC 7838, 3).
type AltSvc struct {
	Protocol string        `json:"protocol"`       // h3, h2 …
	Host     string        `json:"host,omitempty"` // empty: the same
	Port     string        `json:"port"`
	MaxAge   time.Duration `json:"-"`
	Seconds  int64         `json:"max_age"`
	Persist  bool          `json:"persist,omitempty"`
}

// HTTP3 says whether this is HTTP/3 as standardised (RFC 9114, 3.1.1).
func (a AltSvc) HTTP3() bool { return a.Protocol == "h3" }

// ParseAltSvc reads an Alt-Svc header; "clear" and what is not one give nothing.
func ParseAltSvc(value string) []AltSvc {
	var all []AltSvc
	for entry := range splitOutsideQuotes(value, ',') {
		if len(all) >= maxEntries {
			break
		}
		if a, ok := parseAlternative(entry); ok {
			all = append(all, a)
		}
	}
	return all
}

func parseAlternative(entry string) (AltSvc, bool) {
	a := AltSvc{Seconds: 24 * 60 * 60, MaxAge: 24 * time.Hour} // RFC 7838, 3.1
	first := true
	for part := range splitOutsideQuotes(entry, ';') {
		name, argument, ok := strings.Cut(trim(part), "=")
		name, argument = trim(name), unquote(trim(argument))
		switch {
		case first:
			host, port, err := net.SplitHostPort(argument)
			number, bad := strconv.ParseUint(port, 10, 16)
			if !ok || !isToken(name) || err != nil || bad != nil || number == 0 {
				return AltSvc{}, false
			}
			a.Protocol, a.Host, a.Port = unescapeProtocol(name), host, port
			first = false
		case strings.EqualFold(name, "ma"):
			if seconds, ok := maxAge(argument); ok {
				a.Seconds, a.MaxAge = seconds, time.Duration(min(seconds, maxSeconds))*time.Second
			}
		case strings.EqualFold(name, "persist"):
			a.Persist = argument == "1"
		}
	}
	return a, !first
}

// unescapeProtocol: an ALPN name is written with %xx for what a token cannot have.
func unescapeProtocol(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '%' && i+2 < len(name) {
			if c, err := strconv.ParseUint(name[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// splitOutsideQuotes cuts at a separator that is not in a quoted string
// (RFC 9110, 5.6.4).
func splitOutsideQuotes(value string, separator byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		begin, quoted := 0, false
		for i := 0; i < len(value); i++ {
			switch c := value[i]; {
			case c == '"':
				quoted = !quoted
			case c == '\\' && quoted:
				i++
			case c == separator && !quoted:
				if !yield(value[begin:i]) {
					return
				}
				begin = i + 1
			}
		}
		yield(value[begin:])
	}
}

func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && i+1 < len(s)-1 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// trim takes away what RFC 9110, 5.6.3, calls optional white space.
func trim(s string) string { return strings.Trim(s, " \t") }

// isToken says whether s is a token (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
