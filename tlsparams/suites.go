package tlsparams

import (
	_ "embed"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// registered is IANA's list of cipher suites, a number and a name on each line,
// in order.
//
//go:embed suites.txt
var registered string

// lineStart is where every line of the list begins: a number of six characters
// and a space.
const numberLength = len("0x0000")

// Strength is what a cipher suite is worth today.
type Strength string

// The strengths, as RFC 9325, 4, sees them.
const (
	Strong Strength = "strong" // ephemeral keys and AEAD
	Legacy Strength = "legacy" // works, and should not be needed any more
	Weak   Strength = "weak"   // has a known attack, or no forward secrecy with an old mode
	Broken Strength = "broken" // protects nothing
)

// SuiteInfo is a cipher suite.
type SuiteInfo struct {
	ID             uint16
	Name           string // registered; 0x…: unknown
	KeyExchange    string // ECDHE, DHE, RSA, PSK …; "any" in TLS 1.3
	Authentication string // ECDSA, RSA, PSK, anon …; "any" in TLS 1.3
	ForwardSecrecy bool
	AEAD           bool
	TLS13          bool
	Strength       Strength
	Why            string // of a strength below Strong
}

// Suite describes a cipher suite by its number.
func Suite(id uint16) SuiteInfo {
	if IsGREASE(id) {
		return SuiteInfo{ID: id, Name: "GREASE"}
	}
	if name := suiteName(id); name != "" {
		return describe(id, name)
	}
	return SuiteInfo{ID: id, Name: fmt.Sprintf("0x%04x", id)}
}

// Suites are all that are registered, in the order of their numbers, without the
// two that are signals.
func Suites() []SuiteInfo {
	var all []SuiteInfo
	for line := range strings.Lines(registered) {
		number, err := strconv.ParseUint(line[2:numberLength], 16, 16)
		name := strings.TrimSpace(line[numberLength:])
		if err == nil && !strings.HasSuffix(name, "_SCSV") {
			all = append(all, describe(uint16(number), name))
		}
	}
	return all
}

// suiteName looks a number up: the lines are in order, and found by halving.
func suiteName(id uint16) string {
	want := fmt.Sprintf("0x%04x", id)
	at := sort.Search(len(registered), func(i int) bool {
		line := lineAt(i)
		return len(line) < numberLength || line[:numberLength] >= want
	})
	line := lineAt(at)
	if !strings.HasPrefix(line, want) {
		return ""
	}
	return line[numberLength+1:]
}

// lineAt gives the line that begins at or after a place.
func lineAt(i int) string {
	if i > 0 {
		end := strings.IndexByte(registered[i-1:], '\n')
		if end < 0 {
			return ""
		}
		i += end
	}
	if i >= len(registered) {
		return ""
	}
	line, _, _ := strings.Cut(registered[i:], "\n")
	return line
}

// describe reads a suite's properties off its name, which spells them out.
func describe(id uint16, name string) SuiteInfo {
	s := SuiteInfo{ID: id, Name: name, Strength: Strong}
	exchange, cipher, with := strings.Cut(strings.TrimPrefix(name, "TLS_"), "_WITH_")
	s.AEAD = strings.Contains(name, "_GCM") || strings.Contains(name, "_CCM") || strings.Contains(name, "CHACHA20_POLY1305") || strings.Contains(name, "_MGM_")
	if !with {
		if s.AEAD || strings.HasPrefix(name, "TLS_SHA") {
			s.KeyExchange, s.Authentication, s.ForwardSecrecy, s.TLS13 = "any", "any", true, true
			if strings.HasPrefix(name, "TLS_SHA") {
				s.Strength, s.Why, s.ForwardSecrecy = Broken, "it does not encrypt", true
			}
		}
		return s
	}
	s.KeyExchange, s.Authentication, _ = strings.Cut(exchange, "_")
	if s.Authentication == "" {
		s.Authentication = s.KeyExchange
	}
	s.ForwardSecrecy = s.KeyExchange == "ECDHE" || s.KeyExchange == "DHE" || strings.HasSuffix(exchange, "anon")
	s.Strength, s.Why = strength(s, exchange, cipher)
	return s
}

// strength goes from the worst to the best (RFC 9325, 4.1 and 4.2).
func strength(s SuiteInfo, exchange, cipher string) (Strength, string) {
	has := func(part string) bool { return strings.Contains(cipher, part) }
	switch {
	case has("NULL"):
		return Broken, "it does not encrypt"
	case strings.Contains(exchange, "anon"):
		return Broken, "it does not say who the server is"
	case strings.Contains(exchange, "EXPORT"), has("RC4_40"), has("RC2_CBC_40"), has("DES40"):
		return Broken, "its keys were made short on purpose, and are found in minutes"
	case has("RC4"):
		return Weak, "RC4 leaks what it encrypts (RFC 7465)"
	case has("3DES"), has("IDEA"), has("RC2"), has("DES_CBC"), has("28147"):
		return Weak, "blocks of 64 bits leak after some gigabytes (Sweet32), or its key is short"
	case has("MD5"):
		return Weak, "MD5 is broken"
	case !s.ForwardSecrecy && s.AEAD:
		return Legacy, "no forward secrecy: who gets the server's key later can read what was recorded"
	case !s.ForwardSecrecy:
		return Weak, "no forward secrecy, and CBC"
	case s.KeyExchange == "DHE":
		return Legacy, "finite-field Diffie-Hellman: browsers have given it up, and its groups are often small"
	case !s.AEAD:
		return Legacy, "CBC with a MAC beside it was attacked again and again (Lucky 13)"
	default:
		return Strong, ""
	}
}
