package observe

import (
	"slices"

	"devca/diag"
	"devca/trace"
)

// Program is the family of clients that a hello looks like. It is a guess, for
// choosing the words of a fix: any client can send any hello.
type Program string

// The families. Each is told by what only its hellos have, measured with Chromium
// 156, Firefox 153, curl 7.88, wget 1.21, git 2.39, Python 3.11, Node 20,
// Java 17, Go 1.26 and GnuTLS 3.7.
const (
	Unknown  Program = ""
	Chromium Program = "Chromium" // and what is built from it: Edge, Brave, Electron
	Boring   Program = "Safari or BoringSSL"
	Firefox  Program = "Firefox"
	Java     Program = "Java"
	Go       Program = "Go"
	GnuTLS   Program = "GnuTLS" // Debian's wget and git
	Node     Program = "Node"
	Curl     Program = "curl" // and what is built on libcurl, with OpenSSL
	Python   Program = "Python"
	OpenSSL  Program = "OpenSSL"
)

// Extensions (IANA: TLS ExtensionType Values) that few clients send.
const (
	extStatusRequestV2     = 17
	extSCT                 = 18
	extEncryptThenMAC      = 22
	extRecordSize          = 28
	extDelegatedCredential = 34
	extPostHandshakeAuth   = 49
	extSettingsOld         = 17513 // application_settings
	extSettings            = 17613

	suiteCCM   = 0x1304 // TLS_AES_128_CCM_SHA256, off in OpenSSL's default list
	suiteNode  = 0xc02f // Node's own list begins with ECDHE-RSA-AES128-GCM-SHA256 below TLS 1.3
	last13     = 0x1305
	pointForms = 11 // ec_point_formats: OpenSSL sends three of them
)

// Guess looks at a hello.
func Guess(hello *trace.ClientHello) Program {
	has := func(kind uint16) bool {
		return slices.ContainsFunc(hello.Extensions, func(e trace.Extension) bool { return e.Type == kind })
	}
	switch {
	case has(extSettings) || has(extSettingsOld):
		return Chromium
	case hello.GREASE:
		return Boring
	case has(extDelegatedCredential):
		return Firefox
	case has(extStatusRequestV2):
		return Java
	case has(extSCT):
		return Go
	case has(extRecordSize) && slices.Contains(hello.Suites, suiteCCM):
		return GnuTLS
	case threePointFormats(hello) && has(extEncryptThenMAC):
		return withOpenSSL(hello, has(extPostHandshakeAuth))
	}
	return Unknown
}

// threePointFormats knows OpenSSL: others send only the uncompressed one (RFC 8422,
// 5.1.2).
func threePointFormats(hello *trace.ClientHello) bool {
	for _, e := range hello.Extensions {
		if e.Type == pointForms {
			return string(e.Data) == "\x03\x00\x01\x02"
		}
	}
	return false
}

// withOpenSSL tells programs apart that use the same library.
func withOpenSSL(hello *trace.ClientHello, postHandshake bool) Program {
	older := slices.IndexFunc(hello.Suites, func(suite uint16) bool { return suite > last13 || suite < 0x1301 })
	switch {
	case older >= 0 && hello.Suites[older] == suiteNode:
		return Node
	case slices.Contains(hello.ALPN, "h2"):
		return Curl
	case postHandshake:
		return Python
	}
	return OpenSSL
}

// fixes say how this kind of client is told about devca's root.
func (p Program) fixes() []diag.Fix {
	install := func(then string) diag.Fix {
		return diag.Fix{Do: "have the root trusted on this machine" + then, Run: "devca install"}
	}
	switch p {
	case Chromium, Boring, Firefox:
		return []diag.Fix{install(", and start the browser again")}
	case Java, Go:
		return []diag.Fix{install(", and start the program again: it reads its roots once")}
	case Node:
		return []diag.Fix{{Do: "give Node the root, which reads no store of the system by itself, and start it again", Run: diag.UseEnvironment}}
	case Python:
		return []diag.Fix{
			install(", and start the program again"),
			{Do: "if it uses requests or httpx, which bring roots of their own: name the system's bundle in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"},
		}
	}
	return []diag.Fix{install(""), {Do: "see what each store says, if it is installed", Run: "devca status"}}
}
