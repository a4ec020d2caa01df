package runtimes

const openssl = "docs.openssl.org/master/man3/X509_get_default_cert_file_env"

// native are programs that use a library of the system.
func native() []Runtime {
	return []Runtime{
		{
			Name: "openssl", Title: "OpenSSL", Trusts: "the system's file and folder of hashed links",
			Settings: []Setting{
				{
					Name: "SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"SSL_CERT_DIR"}, Measured: true, Source: openssl,
					Note: "replaces the default file and not the default folder: where that has hashed links (Debian, Arch, SUSE) its roots stay trusted; a file that is not there is passed over in silence by most programs, and curl fails with 77",
				},
				{
					Name: "SSL_CERT_DIR", Kind: Variable, Effect: Replaces, Form: Folder, Measured: true, Source: openssl,
					Note: "wants names made by openssl rehash; the default file is still read. devca sets SSL_CERT_FILE instead",
				},
				{Name: "-CAfile", Kind: Option, Effect: Adds, Form: PEM, Measured: true, Source: "docs.openssl.org/master/man1/openssl-verification-options"},
			},
		},
		{
			Name: "gnutls", Title: "GnuTLS", Trusts: "the system's store, through p11-kit where it is built so",
			Settings: []Setting{
				{Name: "--x509cafile", Kind: Option, Effect: Replaces, Form: PEM, Measured: true, Source: "gnutls.org/manual: gnutls-cli", Note: "there is no variable: SSL_CERT_FILE is not read"},
			},
		},
		{
			Name: "curl", Title: "curl and libcurl", Trusts: "the system's store; on macOS and Windows what it was built with",
			Settings: []Setting{
				{Name: "CURL_CA_BUNDLE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"SSL_CERT_FILE", "SSL_CERT_DIR"}, Measured: true, Source: "curl.se/docs/sslcerts.html", Note: "of the program curl, not of the library; requests reads it, too, after REQUESTS_CA_BUNDLE"},
				{Name: "--cacert", Kind: Option, Effect: Replaces, Form: PEM, Measured: true, Source: "curl.se/docs/manpage.html"},
				{Name: "~/.curlrc: cacert", Kind: File, Effect: Replaces, Form: PEM, Source: "curl.se/docs/manpage.html", Note: "wins over every variable"},
			},
			Uses: []string{"openssl"},
		},
		{
			Name: "wget", Title: "wget", Trusts: "the system's store",
			Settings: []Setting{
				{Name: "--ca-certificate", Kind: Option, Effect: Adds, Form: PEM, Measured: true, Source: "gnu.org/software/wget/manual", Note: "with GnuTLS (Debian) it is the only way besides the system's store"},
				{Name: "~/.wgetrc: ca_certificate", Kind: File, Effect: Adds, Form: PEM, Source: "gnu.org/software/wget/manual"},
			},
		},
		{
			Name: "git", Title: "git over https", Trusts: "what its libcurl trusts",
			Settings: []Setting{
				{Name: "GIT_SSL_CAINFO", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"SSL_CERT_FILE"}, Measured: true, Source: "git-scm.com/docs/git-config (http.sslCAInfo)", Note: "wins over http.sslCAInfo, also over one on the command line; with schannel (Windows) it counts only with http.schannelUseSSLCAInfo"},
				{Name: "http.sslCAInfo", Kind: File, Effect: Replaces, Form: PEM, Measured: true, Source: "git-scm.com/docs/git-config", Note: "can be for one host: http.https://HOST/.sslCAInfo"},
			},
		},
		{
			Name: "nix", Title: "Nix and programs from nixpkgs", Trusts: "the system's store, by NIX_SSL_CERT_FILE",
			Settings: []Setting{
				{Name: "NIX_SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: IfSet, Source: "nix.dev/manual: environment variables"},
			},
		},
		{
			Name: "postgres", Title: "libpq and psql", Trusts: "nothing: without sslmode=verify-full no certificate is looked at",
			Settings: []Setting{
				{Name: "PGSSLROOTCERT", Kind: Variable, Effect: Replaces, Form: PEM, Use: IfSet, Source: "postgresql.org/docs/current/libpq-ssl.html", Note: "a file that is there turns sslmode=require into verify-ca, so devca changes it only where it is set; the word system (16 and newer) means the system's store"},
			},
		},
	}
}
