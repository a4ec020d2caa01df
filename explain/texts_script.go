package explain

// node are Node's codes for OpenSSL's numbers, and its own messages.
func node() []Entry {
	f := from{"node", "nodejs.org/api/tls.html#x509-certificate-error-codes, src/crypto/crypto_common.cc"}
	unknown := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, StaleRoot}
	return []Entry{
		f.one("depth-zero-self-signed", "Node's code for OpenSSL's 18: the server's certificate signed itself", SelfSigned, "DEPTH_ZERO_SELF_SIGNED_CERT"),
		f.one("self-signed-in-chain", "Node's code for OpenSSL's 19: the root is in the chain, and not among Node's own", UntrustedRoot, "SELF_SIGNED_CERT_IN_CHAIN"),
		f.several("issuer-locally", "Node's code for OpenSSL's 20: it has no certificate of the issuer", unknown, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"),
		f.several("leaf-signature", "Node's code for OpenSSL's 21: the server sent one certificate only, and Node does not have its issuer", []Cause{IncompleteChain, UntrustedRoot}, "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
		f.several("issuer", "Node's code for OpenSSL's 2: a part of the chain is there, and not what comes next", []Cause{UntrustedRoot, IncompleteChain}, "UNABLE_TO_GET_ISSUER_CERT"),
		f.one("expired", "Node's code for OpenSSL's 10", Expired, "CERT_HAS_EXPIRED"),
		f.one("not-yet-valid", "Node's code for OpenSSL's 9", NotYetValid, "CERT_NOT_YET_VALID"),
		f.one("altname", "Node compares the host with the subject alternative names, and none fits", WrongName, "ERR_TLS_CERT_ALTNAME_INVALID", "does not match certificate's altnames", "Hostname/IP doesn't match certificate's altnames", "is not in the cert's altnames", "is not in the cert's list", "is not cert's CN"),
		f.one("no-dns-name", "the certificate has no name that Node looks at", NoSAN, "Cert does not contain a DNS name", "Cert is empty"),
		f.one("invalid-purpose", "Node's code for OpenSSL's 26", WrongPurpose, "INVALID_PURPOSE"),
		f.one("invalid-ca", "Node's code for OpenSSL's 24 and 79", NotCA, "INVALID_CA"),
		f.one("path-length", "Node's code for OpenSSL's 25", PathLength, "PATH_LENGTH_EXCEEDED"),
		f.one("signature", "Node's code for OpenSSL's 7: the issuer's key is another one", StaleRoot, "CERT_SIGNATURE_FAILURE"),
		f.one("revoked", "Node's code for OpenSSL's 23", Revoked, "CERT_REVOKED"),
		f.one("untrusted", "Node's code for OpenSSL's 27", UntrustedRoot, "CERT_UNTRUSTED"),
		f.one("rejected", "Node's code for OpenSSL's 28", UntrustedRoot, "CERT_REJECTED"),
		f.one("hostname-mismatch", "Node's code for OpenSSL's 62", WrongName, "HOSTNAME_MISMATCH"),
		f.several("closed", "the server closed the connection in the middle of the handshake", []Cause{Handshake, ClientWanted, Proxy}, "Client network socket disconnected before secure TLS connection was established"),
		f.one("alert-protocol", "the server refused every version that was offered (alert 70)", ProtocolVersion, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"),
		f.one("certificate-required", "the server wants a client's certificate (alert 116)", ClientWanted, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"),
		f.several("wrong-version", "the first bytes of the answer were no TLS record", []Cause{PlainHTTP, ProtocolVersion}, "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"),
		f.one("unsupported-protocol", "the server speaks older versions than this Node may use", ProtocolVersion, "ERR_SSL_UNSUPPORTED_PROTOCOL"),
		f.one("extra-certs", "the file that NODE_EXTRA_CA_CERTS names could not be loaded; Node says so once, and goes on without it", MissingCAFile, "Ignoring extra certs from", "Ignoring extra certs"),
		f.one("reject-unauthorized", "NODE_TLS_REJECT_UNAUTHORIZED=0 is set: every certificate passes, a forger's as well", NotVerified, "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections"),
		f.one("use-system-ca", "this Node is too old for the option", StoreUnusable, "--use-system-ca is not allowed in NODE_OPTIONS", "bad option: --use-system-ca"),
		f.one("key-mismatch", "the key given to the server is not the one of its certificate", KeyMismatch, "ERR_OSSL_X509_KEY_VALUES_MISMATCH"),
		f.one("no-start-line", "what was given as key or certificate is not PEM", UnreadableKey, "ERR_OSSL_PEM_NO_START_LINE", "ERR_OSSL_UNSUPPORTED", "ERR_OSSL_BAD_DECRYPT", "ERR_OSSL_PEM_BAD_END_LINE"),
		f.one("key-file", "the server's key or certificate is not where the program looks", MissingKeyFile, "ENOENT: no such file or directory, open '….pem'", "ENOENT: no such file or directory, open '….key'", "ENOENT: no such file or directory, open '….crt'"),
		f.one("client-http", "a client spoke plain HTTP to this server", HTTPToTLS, "ERR_SSL_HTTP_REQUEST"),
		f.one("vite-key", "Vite's server has no certificate to show", NoCertificate, "ERR_SSL_NO_SHARED_CIPHER").vague([]Cause{Cipher, NoCertificate}),
	}
}

// javascript are the package managers and Bun.
func javascript() []Entry {
	n, b := from{"npm", "npm lib/utils/error-message.js"}, from{"bun", "bun src/bun.js/api, packages/bun-usockets/src/crypto"}
	y, p := from{"yarn", "yarnpkg.com/advanced/error-codes"}, from{"pnpm", "pnpm.io/errors"}
	return []Entry{
		from{"undici", "nodejs undici lib/core/errors.js"}.several("closed", "the server closed the connection after the client's part of the handshake", []Cause{Handshake, ClientWanted, Proxy}, "SocketError: other side closed", "UND_ERR_SOCKET"),
		n.one("cafile", "npm's setting cafile names a file that is not there", MissingCAFile, "invalid config cafile", "Error reading cafile"),
		b.one("bun-unknown-error", "Bun could not check the certificate", UntrustedRoot, "unknown certificate verification error", "UNKNOWN_CERTIFICATE_VERIFICATION_ERROR").vague([]Cause{UntrustedRoot, SelfSigned}),
		b.one("bun-ca-file", "the file of cafile or NODE_EXTRA_CA_CERTS holds something that is no PEM certificate", BadCAFile, "HTTPThread: invalid CA file", "HTTPThread: the CA is invalid"),
		b.several("handshake", "Bun's sentence for every handshake that did not come about", []Cause{PlainHTTP, ProtocolVersion, ClientWanted}, "The TLS handshake failed. Does the server speak TLS on this port?"),
		b.one("constraint-type", "BoringSSL cannot check name constraints on IP addresses", NameConstraint, "UNSUPPORTED_CONSTRAINT_TYPE"),
		y.one("untrusted", "Yarn repeats what Node says", UntrustedRoot, "YN0001: RequestError: self-signed certificate in certificate chain", "RequestError: self signed certificate in certificate chain"),
		p.one("ca", "pnpm's setting ca or cafile holds something that is no PEM certificate", BadCAFile, "Invalid CA certificate (entry"),
		p.several("meta-fetch", "pnpm could not fetch a package's description; the reason is behind it", []Cause{UntrustedRoot, IncompleteChain, SelfSigned, NameNotResolved, ConnectionRefused}, "ERR_PNPM_META_FETCH_FAIL"),
	}
}

// python are Python's own words and those of its libraries.
func python() []Entry {
	f := from{"python", "cpython Modules/_ssl.c, Lib/ssl.py"}
	r := from{"requests", "requests src/requests/adapters.py"}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, WrongName}
	return []Entry{
		f.one("hostname", "Python has OpenSSL compare the host with the names of the certificate, and none fits", WrongName, "Hostname mismatch, certificate is not valid for", "doesn't match either of", "CertificateError: hostname", "hostname … doesn't match"),
		f.one("ip", "Python has OpenSSL compare the address with those of the certificate, and none fits", WrongName, "IP address mismatch, certificate is not valid for"),
		f.one("no-names", "there are no names in the certificate that Python looks at", NoSAN, "no appropriate commonName or subjectAltName fields were found", "no appropriate subjectAltName fields were found"),
		f.one("cadata", "the CA certificates that the program or its configuration gave are none that OpenSSL can read", BadCAFile, "cadata does not contain a certificate", "Empty certificate data"),
		f.one("ca-file-permission", "the file that REQUESTS_CA_BUNDLE, SSL_CERT_FILE or verify= names may not be read", BadCAFile, "SSLError(PermissionError(13"),
		f.one("syscall-timeout", "the server did not finish the handshake in time", Timeout, "SysCallError(110, 'ETIMEDOUT')", "SysCallError(10060, 'WSAETIMEDOUT')", "SysCallError(60, 'ETIMEDOUT')"),
		f.several("syscall-closed", "the connection ended in the middle of the handshake", []Cause{Handshake, Proxy}, "SysCallError(104, 'ECONNRESET')", "SysCallError(10054, 'WSAECONNRESET')", "SysCallError(54, 'ECONNRESET')", "SysCallError(-1, 'Unexpected EOF')"),
		f.one("pem-lib", "OpenSSL cannot read the certificate or key that the program gave", UnreadableKey, "[SSL] PEM lib"),
		f.several("ssl-module", "this Python was built without TLS", []Cause{StoreUnusable}, "the ssl module in Python is not available", "SSL module is not available").mend("use a Python that was built with OpenSSL's headers (libssl-dev, openssl-devel); with conda on Windows, have its Library\\bin on PATH", `python3 -c "import ssl"`),
		f.one("bundle-path", "the file that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE or verify= names is not there", MissingCAFile, "Could not find a suitable TLS CA certificate bundle, invalid path", "Could not find a suitable SSL CA certificate bundle"),
		from{"urllib3", "urllib3 src/urllib3/exceptions.py"}.one("timeout", "the server did not answer in time", Timeout, "ConnectTimeoutError", "ReadTimeoutError", "timed out. (connect timeout=", "Read timed out. (read timeout="),
		f.several("broken", "the connection broke off before the answer", []Cause{ConnectionBroken, Handshake}, "ConnectionResetError", "RemoteDisconnected('Remote end closed connection without response')"),
		r.one("client-path", "the file that cert= names is not there", MissingKeyFile, "Could not find the TLS certificate file, invalid path", "Could not find the TLS key file, invalid path"),
		r.one("insecure-warning", "verify=False: every certificate passes, a forger's as well", NotVerified, "InsecureRequestWarning: Unverified HTTPS request", "Unverified HTTPS request is being made"),
		r.several("proxy", "the proxy could not be reached, or is spoken to in the wrong protocol", []Cause{Proxy}, "Cannot connect to proxy", "Caused by ProxyError(", "requests.exceptions.ProxyError", "Your proxy appears to only use HTTP and not HTTPS"),
		from{"pip", "pip src/pip/_internal/index/collector.py"}.several("confirm", "pip's sentence for a certificate that did not pass, with the reason behind it", vague, "There was a problem confirming the ssl certificate"),
		from{"pip", "pip src/pip/_internal/index/collector.py"}.one("ssl-module", "the Python of this pip was built without TLS", StoreUnusable, "pip is configured with locations that require TLS/SSL, however the ssl module").mend("use a Python that was built with OpenSSL's headers (libssl-dev, openssl-devel); with conda on Windows, have its Library\\bin on PATH", `python3 -c "import ssl"`),
		from{"aws", "botocore/exceptions.py"}.several("validation", "the AWS CLI's sentence for a certificate that did not pass, with the reason behind it", vague, "SSL validation failed for"),
		from{"aiohttp", "aiohttp/client_exceptions.py"}.several("certificate", "aiohttp's class for a certificate that did not pass, with the reason behind it", vague, "ClientConnectorCertificateError"),
		f.several("verification", "Python's class for a certificate that did not pass, with the reason behind it", vague, "SSLCertVerificationError"),
		f.several("closed", "the server closed the connection in the middle of the handshake", []Cause{Handshake, ClientWanted, Proxy}, "TLS/SSL connection has been closed (EOF)", "SSLZeroReturnError"),
		f.one("ca-file", "the file that cafile=, SSL_CERT_FILE or verify= names is not there", MissingCAFile, "SSLError(FileNotFoundError(2", "FileNotFoundError … load_verify_locations", "load_verify_locations … No such file or directory"),
		from{"uv", "uv crates/uv-client"}.one("ca-file", "the file that SSL_CERT_FILE names is not there; uv goes on without it", MissingCAFile, "Ignoring invalid `SSL_CERT_FILE`", "Invalid SSL_CERT_FILE"),
		from{"conda", "conda/exceptions.py"}.several("ssl", "conda's sentence for a certificate that did not pass", vague, "CondaSSLError", "Encountered an SSL error. Most likely a certificate verification issue"),
		from{"ansible", "ansible lib/ansible/module_utils/urls.py"}.several("validate", "Ansible's sentence for a certificate that did not pass, with the reason behind it", vague, "Failed to validate the SSL certificate for"),
		from{"az", "azure-cli/util.py"}.several("verification", "the Azure CLI's sentence for a certificate that did not pass", vague, "Certificate verification failed. This typically happens when using Azure CLI behind a proxy"),
	}
}

// scripting are Ruby, PHP and Perl.
func scripting() []Entry {
	r := from{"ruby", "ruby ext/openssl/ossl_ssl.c"}
	g := from{"gem", "rubygems lib/rubygems/request.rb"}
	p := from{"php", "php main/streams, ext/openssl/xp_ssl.c"}
	l := from{"perl", "IO::Socket::SSL"}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired}
	return []Entry{
		r.one("hostname", "Ruby compares the host with the names of the certificate, and none fits", WrongName, "hostname \"…\" does not match the server certificate", "does not match the server certificate"),
		r.one("store", "a file of CA certificates that Ruby was told about cannot be read", MissingCAFile, "X509::StoreError", "OpenSSL::X509::StoreError: system lib", "SSL_CTX_load_verify_file"),
		g.several("depth", "RubyGems repeats OpenSSL's number and reason", vague, "SSL verification error at depth", "SSL certificate verification failed"),
		g.one("trusted-store", "RubyGems names the root that it does not have", UntrustedRoot, "to your local trusted store"),
		g.several("bundler", "Bundler's sentence for a certificate that did not pass", vague, "Could not verify the SSL certificate for", "Bundler::Fetcher::CertificateFailureError"),
		p.several("operation", "PHP shows OpenSSL's error without the reason", append(vague, WrongName, NotYetValid), "SSL operation failed with code 1"),
		p.one("peer-name", "PHP compares the host with the names of the certificate, and none fits", WrongName, "did not match expected name", "Peer certificate CN="),
		p.several("crypto", "PHP's last line when the handshake failed", append(vague, WrongName, NotYetValid, Handshake, Timeout), "Failed to enable crypto"),
		p.one("timeout", "the server did not finish the handshake in time", Timeout, "SSL: crypto enabling timeout", "SSL: Handshake timed out"),
		p.several("broken-off", "the connection ended in the middle of the handshake", []Cause{Handshake, Proxy}, "SSL: Success‥Failed to enable crypto", "SSL: Connection reset by peer‥Failed to enable crypto"),
		p.one("cafile", "openssl.cafile in php.ini names a file that is not there", MissingCAFile, "failed loading cafile stream", "Unable to set verify locations", "cafile … not found"),
		p.one("self-signed-code", "PHP's curl names curl's number and reason", SelfSigned, "cURL error 60: SSL certificate problem: self-signed certificate").vague([]Cause{SelfSigned, UntrustedRoot}),
		from{"composer", "composer src/Composer/Util"}.one("cafile", "Composer's setting cafile names a file that is not there", MissingCAFile, "The configured cafile was not valid or could not be read", "The specified CA file is not valid"),
		l.one("hostname", "Perl compares the host with the names of the certificate, and none fits", WrongName, "hostname verification failed"),
		l.one("ca-file", "the file of CA certificates that Perl was told about is not there", MissingCAFile, "SSL_ca_file … does not exist", "SSL_ca_file … can't be used", "invalid certificate authority locations", "SSL_ca_file … not found or not readable"),
		from{"lwp", "LWP::Protocol::https"}.one("no-roots", "LWP has no list of roots: Mozilla::CA is not installed, and PERL_LWP_SSL_CA_FILE names none", StoreUnusable, "Can't verify SSL peers without knowing which Certificate Authorities to trust"),
		from{"lwp", "LWP::Protocol::https"}.several("connect", "LWP shows OpenSSL's error without the reason", vague, "Can't connect to … (SSL connect attempt failed", "Can't connect to … (certificate verify failed)"),
	}
}

// beam are Erlang and Elixir: ssl_handshake.erl and ssl_alert.erl.
func beam() []Entry {
	f := from{"erlang", "erlang lib/ssl/src/ssl_alert.erl"}
	return []Entry{
		f.several("unknown-ca", "Erlang's ssl has no certificate of the issuer", []Cause{UntrustedRoot, IncompleteChain}, "{tls_alert,{unknown_ca", "{:tls_alert, {:unknown_ca", "CLIENT ALERT: Fatal - Unknown CA", "{tls_alert,\"unknown ca\"}", "ssl_handshake.erl:‥Fatal error: unknown ca"),
		f.one("selfsigned", "the server's certificate signed itself", SelfSigned, "{bad_cert,selfsigned_peer}", "{:bad_cert, :selfsigned_peer}", "selfsigned_peer"),
		f.one("expired", "the last day of the certificate is before the clock", Expired, "{tls_alert,{certificate_expired", "{:tls_alert, {:certificate_expired", "{bad_cert,cert_expired}", "Fatal - Certificate Expired", "{tls_alert,\"certificate expired\"}").vague([]Cause{Expired, NotYetValid}),
		f.one("hostname", "no name of the certificate is the host's", WrongName, "{bad_cert,hostname_check_failed}", "hostname_check_failed"),
		f.several("handshake", "Erlang's ssl ended the handshake; the words in braces say why", []Cause{WrongName, WrongPurpose, Cipher, ClientWanted}, "{tls_alert,{handshake_failure", "{:tls_alert, {:handshake_failure"),
		f.several("bad-certificate", "Erlang's ssl refused the certificate", []Cause{SelfSigned, WrongPurpose, NameConstraint, PathLength, NotCA}, "{tls_alert,{bad_certificate", "{:tls_alert, {:bad_certificate"),
		f.one("unsupported", "the extended key usage does not allow this", WrongPurpose, "{tls_alert,{unsupported_certificate", "key_usage_mismatch"),
		f.one("version", "client and server have no version of TLS in common", ProtocolVersion, "{tls_alert,{protocol_version", "{:tls_alert, {:protocol_version", "Fatal - Protocol Version"),
		f.one("client-refuses", "a client refused the certificate that this server showed", ClientDistrusts, "received CLIENT ALERT: Fatal - Unknown CA", "received CLIENT ALERT: Fatal - Certificate Unknown", "received CLIENT ALERT: Fatal - Bad Certificate", "received CLIENT ALERT: Fatal - Unsupported Certificate"),
		f.several("server-refuses", "the server refused the certificate that this client showed, or wants one", []Cause{ClientRefused, ClientWanted}, "received SERVER ALERT: Fatal - Unknown CA", "received SERVER ALERT: Fatal - Certificate Unknown", "received SERVER ALERT: Fatal - Bad Certificate"),
		f.several("server-handshake", "the server ended the handshake (alert 40): it found nothing in common, or wants a certificate", []Cause{Cipher, ProtocolVersion, ClientWanted, ServerName}, "received SERVER ALERT: Fatal - Handshake Failure", "{tls_alert,\"handshake failure\"}"),
		f.several("decrypt", "a signature of the handshake does not fit: the server's key is not its certificate's", []Cause{KeyMismatch, Handshake}, "{tls_alert,{decrypt_error", "{:tls_alert, {:decrypt_error", "Fatal - Decrypt Error"),
		f.one("unexpected", "the first bytes of the answer were no TLS record", PlainHTTP, "{tls_alert,{unexpected_message", "{:tls_alert, {:unexpected_message", "generated CLIENT ALERT: Fatal - Unexpected Message"),
		f.one("unexpected-server", "the first bytes of a client were no TLS record; unsupported_record_type names the first one, and 71 is the G of GET", HTTPToTLS, "generated SERVER ALERT: Fatal - Unexpected Message"),
		f.several("client-refused", "this server refused the certificate that the client showed", []Cause{ClientRefused}, "generated SERVER ALERT: Fatal - Unknown CA", "generated SERVER ALERT: Fatal - Bad Certificate", "generated SERVER ALERT: Fatal - Certificate Unknown"),
		f.several("generated-handshake", "this server ended the handshake: the client shows no certificate, or they have nothing in common", []Cause{ClientWanted, Cipher, ProtocolVersion}, "generated SERVER ALERT: Fatal - Handshake Failure"),
		f.one("insufficient", "client and server have no cipher suite in common", Cipher, "Fatal - Insufficient Security", "{tls_alert,{insufficient_security", "{:tls_alert, {:insufficient_security"),
		f.one("decode", "Erlang cannot read the certificate", BadForm, "failed_to_decode_certificate"),
		f.one("certificate-required", "the server wants a client's certificate", ClientWanted, "SERVER ALERT: Fatal - Certificate required", "{tls_alert,{certificate_required", "{:tls_alert, {:certificate_required"),
		f.one("cacertfile", "the file of cacertfile is not there", MissingCAFile, "{options,{cacertfile"),
		f.one("verify-peer", "Erlang was not told which roots to trust, and checks nothing or everything", StoreUnusable, "{options,incompatible,[{verify,verify_peer},{cacerts,undefined}]}", "options,incompatible … cacerts"),
		f.one("authenticity", "this Erlang does not check the server's certificate", NotVerified, "Authenticity is not established by certificate path validation"),
	}
}

// boring are programs with BoringSSL: gRPC and Dart.
func boring() []Entry {
	g, d := from{"grpc", "grpc src/core/tsi/ssl_transport_security.cc"}, from{"dart", "dart-lang sdk runtime/bin/secure_socket_filter.cc"}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, WrongName}
	return []Entry{
		g.several("handshake", "gRPC shows BoringSSL's number, and the reason behind it", vague, "Handshake failed with fatal error SSL_ERROR_SSL", "Ssl handshake failed: SSL_ERROR_SSL", "Ssl handshake failed (TSI_PROTOCOL_FAILURE)", "1000007d"),
		g.one("peer-name", "gRPC compares the host with the names of the certificate, and none fits", WrongName, "is not in peer certificate", "Hostname Verification Check failed"),
		g.one("invalid-response", "the first bytes of the answer were no TLS record", PlainHTTP, "SSL_ERROR_SSL: error:100000f7"),
		g.one("roots", "the file of GRPC_DEFAULT_SSL_ROOTS_FILE_PATH cannot be used", MissingCAFile, "Could not get default pem root certs", "Failed to load file … roots.pem", "Could not load any root certificate"),
		g.one("own-chain", "the certificate or key that the program gave to gRPC is not PEM, or they do not belong together", UnreadableKey, "Invalid cert chain file", "Invalid private key.").vague([]Cause{UnreadableKey, KeyMismatch}),
		g.several("end-of-stream", "the other side closed the connection in the middle of the handshake; a health check that speaks no TLS does so", []Cause{Handshake, ClientLeft, PlainHTTP}, "Handshake read failed … End of TCP stream", "Security handshake failed … End of TCP stream"),
		d.several("handshake", "Dart's sentence for a handshake that did not come about, with BoringSSL's reason behind it", vague, "HandshakeException: Handshake error in client"),
		d.one("hostname", "Dart compares the host with the names of the certificate, and none fits", WrongName, "CERTIFICATE_VERIFY_FAILED: Hostname mismatch"),
		d.one("application", "the program's own check refused the certificate", UntrustedRoot, "CERTIFICATE_VERIFY_FAILED: application verification failure"),
	}
}
