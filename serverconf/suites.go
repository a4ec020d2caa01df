package serverconf

import "strings"

// suites12 are the suites for TLS 1.2 with forward secrecy and authenticated
// encryption, by their names in OpenSSL. Those of TLS 1.3 need no list: all are good.
const suites12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:" +
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:" +
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

// suites13 are those of TLS 1.3, for programs that take one list for both.
const suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

// ianaSuites are the same suites under the names that Java and Traefik have
// for them (IANA's), TLS 1.3's first.
func ianaSuites(with13 bool) []string {
	suites := []string{
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
		"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
		"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	}
	if with13 {
		return append(strings.Split(suites13, ":"), suites...)
	}
	return suites
}
