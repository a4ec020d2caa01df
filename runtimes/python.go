package runtimes

// python are Python and what brings roots of its own there.
func python() []Runtime {
	return []Runtime{
		{
			Name: "python", Title: "Python's ssl: urllib, http.client, aiohttp, asyncio", Trusts: "what OpenSSL trusts; with python.org's macOS builds nothing, until Install Certificates was run",
			Uses: []string{"openssl"},
		},
		{
			Name: "requests", Title: "requests and what is built on it", Trusts: "certifi's list, not the system's",
			Settings: []Setting{
				{Name: "REQUESTS_CA_BUNDLE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"CURL_CA_BUNDLE", "PIP_CERT"}, Measured: true, Source: "requests.readthedocs.io: SSL cert verification", Note: "ignored where the program passes verify=, but wins over a Session's own verify and so over PIP_CERT; a path that is not there is an OSError"},
				{Name: "verify=", Kind: Code, Effect: Replaces, Form: PEM, Source: "requests.readthedocs.io"},
			},
		},
		{
			Name: "httpx", Title: "httpx", Trusts: "certifi's list",
			Settings: []Setting{
				{Name: "SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Measured: true, Source: "python-httpx.org/advanced/ssl", Note: "replaces everything, also the folder"},
			},
		},
		{
			Name: "pip", Title: "pip", Trusts: "certifi's list; from 24.2 on the system's store as well",
			Settings: []Setting{
				{Name: "PIP_CERT", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}, Measured: true, Source: "pip.pypa.io: pip --cert", Note: "wins over pip.conf"},
				{Name: "pip.conf: cert", Kind: File, Effect: Replaces, Form: PEM, Source: "pip.pypa.io/en/stable/topics/configuration"},
			},
		},
		{
			Name: "uv", Title: "uv", Trusts: "Mozilla's list, built in",
			Settings: []Setting{
				{Name: "SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Source: "docs.astral.sh/uv/concepts/authentication/certificates", Note: "wins over UV_SYSTEM_CERTS"},
				{Name: "UV_SYSTEM_CERTS", Kind: Variable, Effect: Switches, Form: Flag, Source: "docs.astral.sh/uv/reference/environment", Note: "earlier UV_NATIVE_TLS; enough where devca install has been run"},
			},
		},
		{
			Name: "grpc", Title: "gRPC's C core: Python, Ruby, C++, PHP", Trusts: "a list of its own",
			Settings: []Setting{
				{Name: "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Measured: true, Source: "grpc.github.io/grpc/core: environment variables", Note: "ignored where the program passes root_certificates"},
			},
		},
	}
}
