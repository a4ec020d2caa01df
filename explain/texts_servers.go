package explain

// databases are the clients of databases.
func databases() []Entry {
	p := from{"psql", "postgresql src/interfaces/libpq/fe-secure-openssl.c"}
	m := from{"mysql", "mariadb-connector-c libmariadb/ma_tls.c, mysql sql-common/client.cc"}
	rs := from{"redis-server", "redis src/tls.c, src/socket.c"}
	r, l := from{"redis", "redis src/redis-cli.c"}, from{"ldap", "openldap libraries/libldap/tls_g.c, tls2.c"}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired}
	return []Entry{
		p.one("root-file", "verify-ca and verify-full want a file of roots, and there is none", MissingCAFile, "root certificate file … does not exist"),
		p.one("root-file-unusable", "the file of sslrootcert is there, and libpq can make nothing of it", BadCAFile, "could not read root certificate file"),
		p.one("host", "no name of the certificate is the host's", WrongName, "server certificate for … does not match host name"),
		p.one("no-ssl", "the server has TLS switched off", PlainHTTP, "server does not support SSL, but SSL was required"),
		p.one("client-wanted", "the server wants a client's certificate", ClientWanted, "connection requires a valid client certificate"),
		p.several("broken", "the server, or something between, closed an open connection; a server that ends in the handshake does so, too", []Cause{ConnectionBroken, Handshake}, "SSL SYSCALL error: EOF detected", "SSL SYSCALL error: Connection reset by peer", "SSL SYSCALL error: Success", "SSL connection has been closed unexpectedly"),
		p.one("timed-out", "the connection is open no longer, and nobody said so", Timeout, "SSL SYSCALL error: Operation timed out", "SSL SYSCALL error: Connection timed out"),
		p.one("no-answer", "what answers on the port is no PostgreSQL: J is how MySQL begins, H an HTTP server", PlainHTTP, "received invalid response to SSL negotiation"),
		p.one("key-permission", "the key may be read by others, and libpq takes none that may", UnreadableKey, "private key file … has group or world access", "has group or world access"),
		p.one("client-key", "the client's certificate or key cannot be read", UnreadableKey, "could not load private key file", "could not read certificate file"),
		p.one("weak-sslmode", "sslrootcert=system checks the name, and wants sslmode=verify-full", StoreUnusable, "weak sslmode … may not be used with sslrootcert=system"),
		m.several("verify", "MariaDB's client says that the certificate did not pass", vague, "TLS/SSL error: certificate verify failed", "TLS/SSL error: Validation of SSL server certificate failed", "TLS/SSL error: The certificate is NOT trusted"),
		m.one("self-signed", "MySQL's client: the chain has a root that it does not have", UntrustedRoot, "SSL connection error: error:… certificate verify failed").vague(vague),
		m.several("handshake", "MySQL's client could not shake hands, and OpenSSL gave no reason; often one side knows newer versions of TLS only than the other", []Cause{ProtocolVersion, Handshake}, "SSL connection error: unknown error number", "SSL connection error: error:00000000:lib(0)", "SSL connection error: error:00000001:lib(0)", "SSL connection error: protocol version mismatch"),
		m.one("no-ssl", "the server has TLS switched off", PlainHTTP, "SSL is required, but the server does not support it", "SSL connection error: SSL is required but the server doesn't support it"),
		m.one("ca-file", "the file of --ssl-ca is not there", MissingCAFile, "SSL_CTX_set_default_verify_paths failed", "SSL connection error: SSL_CTX_set", "TLS/SSL error: No such file or directory"),
		m.one("name", "no name of the certificate is the host's", WrongName, "SSL certificate validation failure", "TLS/SSL error: Hostname verification failed"),
		r.several("connect", "redis-cli shows OpenSSL's error", vague, "SSL_connect failed: certificate verify failed"),
		rs.one("no-tls", "a client spoke plain Redis to the port that speaks TLS", HTTPToTLS, "Error accepting a client connection‥wrong version number"),
		rs.several("accept", "a client did not go on with the handshake; what comes behind it says why", []Cause{ClientLeft, ClientDistrusts}, "Error accepting a client connection"),
		from{"slapd", "openldap servers/slapd/connection.c"}.several("negotiation", "a client did not go on with the handshake", []Cause{ClientLeft, ClientDistrusts, ClientWanted}, "closed (TLS negotiation failure)"),
		r.one("invalid-cacert", "the file of --cacert is not there", MissingCAFile, "Invalid CA Certificate File/Directory", "Failed to load CA Certificate or CA Path"),
		l.several("peer", "OpenLDAP's library says that the certificate did not pass", append(vague, WrongName), "TLS: peer cert untrusted or revoked", "TLS: can't connect: (unknown error code)"),
		l.one("host", "no name of the certificate is the host's", WrongName, "TLS: hostname does not match CN in peer certificate", "TLS: hostname does not match subjectAltName in peer certificate"),
		l.several("contact", "the LDAP tools' last line, without the reason (-d 1 shows it)", []Cause{UntrustedRoot, ConnectionRefused, WrongName, Expired, Handshake}, "Can't contact LDAP server"),
		l.one("start-tls", "StartTLS did not come about", Handshake, "ldap_start_tls: Connect error", "ldap_start_tls(): Unable to start TLS", "ldap_install_tls failed", "Could not start TLS encryption").vague([]Cause{UntrustedRoot, WrongName, Handshake}),
	}
}

// mail are clients of mail and of MQTT.
func mail() []Entry {
	m, s := from{"mosquitto", "mosquitto lib/net_mosq.c"}, from{"swaks", "swaks"}
	ms, l := from{"msmtp", "msmtp src/mtls-gnutls.c"}, from{"lftp", "lftp src/lftp_ssl.cc"}
	a := from{"aria2", "aria2 src/SocketCore.cc, LibgnutlsTLSSession.cc"}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, WrongName}
	return []Entry{
		m.several("tls", "Mosquitto's client says only that TLS failed", append(vague, ProtocolVersion, ClientWanted), "Error: A TLS error occurred", "A TLS error occurred"),
		m.one("ca-file", "the file of --cafile is not there", MissingCAFile, "Unable to load CA certificates", "Problem setting TLS options: File not found"),
		m.one("host", "no name of the certificate is the host's", WrongName, "host name verification failed"),
		s.several("startup", "swaks shows OpenSSL's error", append(vague, PlainHTTP), "TLS startup failed"),
		ms.several("verify", "msmtp says that the certificate did not pass, with the reason behind it", vague, "msmtp: TLS certificate verification failed"),
		ms.one("issuer", "msmtp has no certificate of the issuer", UntrustedRoot, "the certificate hasn't got a known issuer").vague([]Cause{UntrustedRoot, IncompleteChain, SelfSigned}),
		ms.one("owner", "no name of the certificate is the host's", WrongName, "the certificate owner does not match hostname"),
		ms.one("expired", "the last day of the certificate is before the clock", Expired, "TLS certificate verification failed: the certificate has expired"),
		ms.one("trust-file", "the file of tls_trust_file is not there", MissingCAFile, "cannot set X509 trust file"),
		l.one("name", "no name of the certificate is the host's", WrongName, "Certificate verification: certificate common name doesn't match", "Certificate verification: certificate common name … doesn't match requested host name"),
		l.several("verify", "lftp says that the certificate did not pass, with the reason behind it", vague, "Fatal error: Certificate verification"),
		a.several("unknown-issuer", "aria2 has no certificate of the issuer", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "not signed by known authorities or invalid' `issuer is not known"),
		a.one("not-activated", "the first day of the certificate is after the clock", NotYetValid, "not signed by known authorities or invalid' `not activated yet"),
		a.one("expired", "the last day of the certificate is before the clock", Expired, "not signed by known authorities or invalid' `expired"),
		a.one("hostname", "no name of the certificate is the host's", WrongName, "hostname does not match"),
		a.one("ca-file", "the file of --ca-certificate is not there", MissingCAFile, "Failed to load trusted CA certificates from"),
		a.several("handshake", "aria2 says that the handshake failed, with the reason behind it", append(vague, Handshake, ProtocolVersion), "SSL/TLS handshake failure"),
		from{"w3m", "w3m url.c"}.one("ident", "no name of the certificate is the host's", WrongName, "Bad cert ident from"),
		from{"postfix", "postfix src/tls"}.several("untrusted", "Postfix delivers all the same, unless it was told otherwise", vague, "Server certificate not trusted", "Server certificate not verified", "certificate verification failed for"),
		from{"postfix", "postfix src/tls/tls_verify.c"}.one("issuer", "Postfix has no root for the certificate: smtp_tls_CAfile or smtp_tls_CApath names them, and nothing does so by itself", UntrustedRoot, "certificate verification failed for‥untrusted issuer").mend("tell Postfix where the roots are; devca install puts its own among them", "postconf -e smtp_tls_CAfile=/etc/ssl/certs/ca-certificates.crt"),
		from{"postfix", "postfix src/tls/tls_verify.c"}.one("self-signed", "the other server's certificate signed itself", SelfSigned, "certificate verification failed for‥self-signed certificate"),
		from{"postfix", "postfix src/smtp/smtp_proto.c"}.one("not-offered", "the other server has TLS switched off, and this one demands it", PlainHTTP, "TLS is required, but was not offered by host"),
		from{"postfix", "postfix src/tls/tls_certkey.c"}.one("no-key-file", "Postfix cannot open a file of its certificate or key, and does without TLS", MissingKeyFile, "cannot get RSA certificate from file … No such file or directory", "cannot get ECDSA certificate from file … No such file or directory", "cannot get RSA private key from file … No such file or directory", "cannot get ECDSA private key from file … No such file or directory"),
		from{"postfix", "postfix src/tls/tls_server.c"}.several("accept", "a client did not go on with the handshake; OpenSSL's words on the next line say why", []Cause{ClientDistrusts, ClientLeft}, "SSL_accept error from"),
		from{"postfix", "postfix src/tls/tls_certkey.c"}.several("key-file", "Postfix cannot use a file of its certificate or key, and does without TLS", []Cause{UnreadableKey, MissingKeyFile}, "cannot get RSA certificate from file", "cannot get ECDSA certificate from file", "cannot get RSA private key from file", "cannot get ECDSA private key from file", "cannot load certification authority data"),
	}
}

// servers are lines in servers' logs that do not come from their library.
func servers() []Entry {
	n, a := from{"nginx", "nginx src/event/ngx_event_openssl.c"}, from{"apache", "httpd modules/ssl"}
	h, e := from{"haproxy", "haproxy src/ssl_sock.c"}, from{"envoy", "envoy source/common/tls"}
	s := from{"elasticsearch", "elasticsearch x-pack SecurityHttpExceptionHandler.java, SecurityTransportExceptionHandler.java"}
	return []Entry{
		n.one("load-certificate", "the file of ssl_certificate cannot be read", MissingKeyFile, "cannot load certificate … No such file or directory", "cannot load certificate key … No such file or directory").vague([]Cause{MissingKeyFile}),
		n.several("load-pem", "the file of ssl_certificate or ssl_certificate_key is not usable", []Cause{UnreadableKey, MissingKeyFile}, "cannot load certificate", "cannot load certificate key"),
		n.one("permission", "the server may not read its key", UnreadableKey, "BIO_new_file() failed … Permission denied", "cannot load certificate key … Permission denied"),
		n.one("key-mismatch", "ssl_certificate and ssl_certificate_key do not belong together", KeyMismatch, "SSL_CTX_use_PrivateKey … key values mismatch"),
		n.one("no-certificate", "a server block listens for TLS and has no certificate", NoCertificate, "no \"ssl_certificate\" is defined"),
		n.one("client-verify", "nginx refuses the certificate that the client showed (400)", ClientRefused, "client SSL certificate verify error", "The SSL certificate error"),
		n.one("client-none", "nginx demands a client's certificate, and the client has none (400)", ClientWanted, "client sent no required SSL certificate", "No required SSL certificate was sent"),
		n.one("http-to-https", "a client spoke plain HTTP to this port (497)", HTTPToTLS, "client sent plain HTTP request to HTTPS port", "The plain HTTP request was sent to HTTPS port"),
		n.several("closed", "a client closed the connection in the middle of the handshake", []Cause{ClientLeft}, "peer closed connection in SSL handshake", "while SSL handshaking … Connection reset by peer", "SSL_do_handshake() failed (104: Connection reset by peer)"),
		n.one("upstream", "the server behind this proxy has a certificate that does not pass", UntrustedRoot, "upstream SSL certificate verify error").vague([]Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired}),
		n.one("upstream-name", "the server behind this proxy has a certificate for other names", WrongName, "upstream SSL certificate does not match"),
		n.one("upstream-plain", "the server behind this proxy does not speak TLS", PlainHTTP, "while SSL handshaking to upstream … wrong version number", "wrong version number … while SSL handshaking to upstream"),
		n.one("stapling", "there is no OCSP responder to ask, or its issuer is not there", RevocationUnknown, "\"ssl_stapling\" ignored"),

		a.one("http-to-https", "a client spoke plain HTTP to this port", HTTPToTLS, "AH01996", "speaking plain HTTP to an SSL-enabled server port", "You're speaking plain HTTP to an SSL-enabled server port"),
		a.one("client-none", "Apache demands a client's certificate, and the client has none", ClientWanted, "AH02039 … peer did not return", "Certificate Verification: Error (… ): no certificate"),
		a.one("client-verify", "Apache refuses the certificate that the client showed", ClientRefused, "AH02039", "Certificate Verification: Error"),
		a.one("key-mismatch", "SSLCertificateFile and SSLCertificateKeyFile do not belong together", KeyMismatch, "AH02565", "do not match … certificate and private key", "Certificate and private key … do not match"),
		a.one("no-certificate", "a virtual host has no certificate", NoCertificate, "AH02572", "Failed to configure at least one certificate and key"),
		a.one("file", "the file of SSLCertificateFile is not there", MissingKeyFile, "SSLCertificateFile: file … does not exist or is empty", "SSLCertificateKeyFile: file … does not exist or is empty", "AH02561", "AH02564"),
		a.several("handshake", "a client did not go on with the handshake; the line of OpenSSL below says why", []Cause{ClientDistrusts, ClientLeft, HTTPToTLS}, "AH02008"),
		a.one("name-warning", "the certificate is for other names than ServerName", WrongName, "AH01909", "server certificate does NOT include an ID which matches the server name"),
		a.one("upstream", "the server behind this proxy has a certificate that does not pass", UntrustedRoot, "AH01084", "Error during SSL Handshake with remote server").vague([]Cause{UntrustedRoot, Expired, WrongName, PlainHTTP}),
		a.one("ca-as-server", "the server's certificate is a CA's", CALeaf, "AH01906", "server certificate is a CA certificate"),

		h.several("handshake", "a client did not go on with the handshake", []Cause{ClientDistrusts, ClientLeft, Cipher}, "SSL handshake failure"),
		h.several("handshake-closed", "a client closed the connection in the middle of the handshake", []Cause{ClientLeft}, "Connection closed during SSL handshake", "Connection error during SSL handshake"),
		h.one("load", "the file of crt is not usable", UnreadableKey, "unable to load SSL certificate", "unable to load certificate from file", "No Private Key found in", "unable to load SSL private key"),
		h.one("mismatch", "the key does not belong to the certificate", KeyMismatch, "inconsistencies between private key and certificate loaded"),
		h.one("check", "the server behind this proxy failed its check in the TLS handshake", UntrustedRoot, "reason: Layer6 invalid response, info: \"SSL handshake failure").vague([]Cause{UntrustedRoot, PlainHTTP, WrongName}),

		e.several("verify", "Envoy's server behind it has a certificate that does not pass", []Cause{UntrustedRoot, WrongName, Expired}, "TLS_error: … CERTIFICATE_VERIFY_FAILED"),
		e.several("reset", "the server behind Envoy ended the handshake", []Cause{Handshake, ClientWanted, PlainHTTP}, "TLS_error‥Connection reset by peer", "TLS error‥Connection reset by peer", "TLS_error‥Connection_reset_by_peer"),
		e.one("names", "the certificate has none of the names that Envoy was told to look for", WrongName, "verify cert failed: verify SAN list", "verify_SAN_list"),
		e.one("plain", "the server behind Envoy does not speak TLS", PlainHTTP, "TLS_error: … WRONG_VERSION_NUMBER"),
		e.one("alert", "the client does not trust Envoy's certificate", ClientDistrusts, "TLS_error: … TLSV1_ALERT_UNKNOWN_CA", "TLS_error: … SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
		s.one("http-to-tls", "a client spoke plain HTTP to this port", HTTPToTLS, "received plaintext http traffic on an https channel"),
		s.one("plain-transport", "another node, or a client, does not speak TLS to the transport port", HTTPToTLS, "received plaintext traffic on an encrypted channel"),
		s.one("client-distrusts", "a client or another node does not trust this node's certificate", ClientDistrusts, "client did not trust this server's certificate, closing connection"),
		s.one("tls-to-plain", "another node or a client speaks TLS to a port of this node that has it switched off: 16,3 is how TLS begins", PlainHTTP, "invalid internal transport message format, got (16,3…"),
		from{"postgres", "postgresql src/backend/libpq/be-secure-openssl.c"}.one("key-permission", "the key may be read by others, and PostgreSQL takes none that may", UnreadableKey, "private key file … has group or world access"),
		from{"postgres", "postgresql src/backend/libpq/be-secure-openssl.c"}.several("accept", "a client did not go on with the handshake; OpenSSL's words behind it say why", []Cause{ClientDistrusts, ClientLeft}, "could not accept SSL connection"),
		from{"caddy", "caddy modules/caddytls"}.one("no-certificate", "Caddy has no certificate for the name", ServerName, "no certificate available for"),
		from{"traefik", "traefik pkg/tls"}.one("default", "Traefik had no certificate for the name, and showed its own default", SelfSigned, "TRAEFIK DEFAULT CERT"),
		from{"traefik", "traefik pkg/tls"}.one("no-certificate", "Traefik has no certificate for the name, and shows its own default", ServerName, "Serving default certificate for request"),
		from{"dovecot", "dovecot src/login-common"}.several("disconnected", "a client did not go on with the handshake", []Cause{ClientDistrusts, ClientLeft}, "TLS handshaking: SSL_accept() failed"),
	}
}

// keys are complaints about key files from programs that read them.
func keys() []Entry {
	return []Entry{
		from{"openssl", "openssl apps"}.one("load-key", "the key file cannot be read", UnreadableKey, "unable to load Private Key", "Could not read private key", "Could not read key from", "unable to load key", "Could not find private key"),
		from{"openssl", "openssl apps"}.one("load-certificate", "the certificate file cannot be read", MissingKeyFile, "unable to load certificate", "Could not open file or uri for loading certificate", "Could not find certificate", "Can't open … for reading, No such file or directory").vague([]Cause{MissingKeyFile, UnreadableKey}),
		from{"openssl", "openssl apps"}.one("load-ca", "the file of -CAfile is not there", MissingCAFile, "Error loading file … CAfile", "Could not open file or uri for loading certs from", "Error loading CA file", "cannot open … CAfile", "X509_load_cert_crl_file_ex", "by_file_ctrl … calling fopen"),
	}
}

// network are failures below TLS, in the words of many programs.
func network() []Entry {
	f := from{"node", "libuv"}
	l := from{"system", "libc strerror, getaddrinfo"}
	return []Entry{
		f.one("econnrefused", "nothing listens on the port", ConnectionRefused, "ECONNREFUSED"),
		f.one("enotfound", "the host has no address", NameNotResolved, "getaddrinfo ENOTFOUND", "ENOTFOUND", "getaddrinfo EAI_AGAIN"),
		f.one("etimedout", "the server did not answer in time", Timeout, "connect ETIMEDOUT", "ERR_SOCKET_TIMEOUT", "UND_ERR_CONNECT_TIMEOUT"),
		f.several("econnreset", "the connection broke off; in the handshake a filter does so that dislikes the name", []Cause{ConnectionBroken, Handshake}, "read ECONNRESET", "write ECONNRESET", "socket hang up"),
		from{"openssl", "openssl crypto/bio"}.one("connect", "nothing listens on the port", ConnectionRefused, "BIO_connect:Connection refused"),
		from{"openssl", "openssl crypto/bio"}.one("lookup", "the host has no address", NameNotResolved, "BIO_lookup_ex … Name or service not known"),
		from{"gnutls", "gnutls src/socket.c"}.one("connect", "nothing listens on the port", ConnectionRefused, "Could not connect to … Connection refused"),
		from{"gnutls", "gnutls src/socket.c"}.one("resolve", "the host has no address", NameNotResolved, "Cannot resolve … Name or service not known"),
		l.one("proxy-authentication", "the proxy wants a user and password", Proxy, "407 Proxy Authentication Required", "Proxy Authorization Required", "tunneling socket could not be established, statusCode=407", "407 authenticationrequired"),
		l.several("handshake", "the program says only that TLS failed", []Cause{Handshake, UntrustedRoot, ProtocolVersion, ClientWanted, PlainHTTP}, "TLS handshake failed", "SSL handshake failed", "TLS handshake failure", "TLS handshake error", "SSL handshake error", "TLS negotiation failed", "TLS negotiation failure", "SSL negotiation failed", "SSL/TLS handshake failed"),
		l.one("refused", "nothing listens on the port", ConnectionRefused, "connect: Connection refused", "Connection refused"),
		l.one("no-name", "the host has no address", NameNotResolved, "Name or service not known", "Temporary failure in name resolution", "nodename nor servname provided", "unable to resolve host address", "No address associated with hostname", "getaddrinfo failed", "failed to lookup address information"),
	}
}
