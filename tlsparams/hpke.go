package tlsparams

// HPKEKDFName is a key derivation function of HPKE, as Encrypted Client Hello
// names one (RFC 9180, 7.2).
func HPKEKDFName(number uint16) string {
	names := [...]string{1: "HKDF-SHA256", 2: "HKDF-SHA384", 3: "HKDF-SHA512"}
	if int(number) < len(names) && names[number] != "" {
		return names[number]
	}
	return "unknown"
}

// HPKEAEADName is a cipher of HPKE (RFC 9180, 7.3).
func HPKEAEADName(number uint16) string {
	names := [...]string{1: "AES-128-GCM", 2: "AES-256-GCM", 3: "ChaCha20Poly1305"}
	if int(number) < len(names) && names[number] != "" {
		return names[number]
	}
	return "unknown"
}
