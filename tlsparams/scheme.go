package tlsparams

import "fmt"

// SchemeName is the name of a signature scheme (IANA: TLS SignatureScheme). Up to
// TLS 1.2 the same two bytes are a hash and a signature algorithm (RFC 5246,
// 7.4.1.4.1), and the names fit both.
func SchemeName(number uint16) string {
	switch number {
	case 0x0101:
		return "rsa_pkcs1_md5"
	case 0x0201:
		return "rsa_pkcs1_sha1"
	case 0x0202:
		return "dsa_sha1"
	case 0x0203:
		return "ecdsa_sha1"
	case 0x0301:
		return "rsa_pkcs1_sha224"
	case 0x0302:
		return "dsa_sha224"
	case 0x0303:
		return "ecdsa_sha224"
	case 0x0401:
		return "rsa_pkcs1_sha256"
	case 0x0402:
		return "dsa_sha256"
	case 0x0403:
		return "ecdsa_secp256r1_sha256"
	case 0x0420:
		return "rsa_pkcs1_sha256_legacy"
	case 0x0501:
		return "rsa_pkcs1_sha384"
	case 0x0502:
		return "dsa_sha384"
	case 0x0503:
		return "ecdsa_secp384r1_sha384"
	case 0x0520:
		return "rsa_pkcs1_sha384_legacy"
	case 0x0601:
		return "rsa_pkcs1_sha512"
	case 0x0602:
		return "dsa_sha512"
	case 0x0603:
		return "ecdsa_secp521r1_sha512"
	case 0x0620:
		return "rsa_pkcs1_sha512_legacy"
	}
	return newerSchemeName(number)
}

// newerSchemeName knows what came with TLS 1.3 and later.
func newerSchemeName(number uint16) string {
	switch number {
	case 0x0708:
		return "sm2sig_sm3"
	case 0x0804:
		return "rsa_pss_rsae_sha256"
	case 0x0805:
		return "rsa_pss_rsae_sha384"
	case 0x0806:
		return "rsa_pss_rsae_sha512"
	case 0x0807:
		return "ed25519"
	case 0x0808:
		return "ed448"
	case 0x0809:
		return "rsa_pss_pss_sha256"
	case 0x080a:
		return "rsa_pss_pss_sha384"
	case 0x080b:
		return "rsa_pss_pss_sha512"
	case 0x081a:
		return "ecdsa_brainpoolP256r1tls13_sha256"
	case 0x081b:
		return "ecdsa_brainpoolP384r1tls13_sha384"
	case 0x081c:
		return "ecdsa_brainpoolP512r1tls13_sha512"
	case 0x0904:
		return "mldsa44"
	case 0x0905:
		return "mldsa65"
	case 0x0906:
		return "mldsa87"
	}
	if IsGREASE(number) {
		return "GREASE"
	}
	return fmt.Sprintf("0x%04x", number)
}
