package runtimes

// compiled are languages without a machine beneath them.
func compiled() []Runtime {
	return []Runtime{
		{
			Name: "go", Title: "Go", Trusts: "the system's store; on macOS and Windows what the system says",
			Settings: []Setting{
				{Name: "SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Measured: true, Source: "pkg.go.dev/crypto/x509#SystemCertPool", Note: "on Linux and BSD; read once; ignored on macOS and Windows"},
			},
		},
		{
			Name: "rust-native", Title: "Rust with rustls-native-certs or native-tls", Trusts: "the system's store",
			Settings: []Setting{
				{Name: "SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Source: "docs.rs/rustls-native-certs"},
			},
		},
		{
			Name: "rust-webpki", Title: "Rust with webpki-roots", Trusts: "Mozilla's list, built in",
			Settings: []Setting{
				{Name: "RootCertStore", Kind: Code, Effect: Adds, Form: PEM, Source: "docs.rs/webpki-roots", Note: "nothing from outside reaches it: build with rustls-native-certs or rustls-platform-verifier"},
			},
		},
		{
			Name: "cargo", Title: "Cargo", Trusts: "what its libcurl trusts",
			Settings: []Setting{
				{Name: "CARGO_HTTP_CAINFO", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"SSL_CERT_FILE"}, Source: "doc.rust-lang.org/cargo/reference/config.html#httpcainfo"},
				{Name: "config.toml: http.cainfo", Kind: File, Effect: Replaces, Form: PEM, Source: "doc.rust-lang.org/cargo/reference/config.html#httpcainfo"},
			},
		},
	}
}
