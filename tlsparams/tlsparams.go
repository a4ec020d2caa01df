// Package tlsparams holds the names of TLS: what IANA's registry "Transport Layer
// Security (TLS) Parameters" says about the numbers on the wire. It knows more
// than crypto/tls speaks, because what is on the wire is not devca's choice.
package tlsparams

import "fmt"

// VersionName is the name of a protocol version.
func VersionName(version uint16) string {
	switch version {
	case 0x0002:
		return "SSL 2.0"
	case 0x0300:
		return "SSL 3.0"
	case 0x0301:
		return "TLS 1.0"
	case 0x0302:
		return "TLS 1.1"
	case 0x0303:
		return "TLS 1.2"
	case 0x0304:
		return "TLS 1.3"
	}
	switch {
	case IsGREASE(version):
		return "GREASE"
	case version>>8 == 0x7f:
		return fmt.Sprintf("TLS 1.3 draft %d", version&0xff)
	}
	return fmt.Sprintf("0x%04x", version)
}

// IsGREASE says whether a client sent the number to see whether servers ignore
// what they do not know (RFC 8701, 2).
func IsGREASE(number uint16) bool {
	return number&0x0f0f == 0x0a0a && number>>8 == number&0xff
}
