package explain

// brokers are the clients and servers that hand on messages and data: MongoDB, Kafka,
// RabbitMQ; and OpenVPN.
func brokers() []Entry {
	m, k := from{"mongo", "mongo src/mongo/util/net/ssl_manager_openssl.cpp, ssl_manager_apple.cpp, message_port"}, from{"kafka", "kafka clients Selector.java, SslFactory.java"}
	l, o := from{"librdkafka", "librdkafka src/rdkafka_ssl.c"}, from{"openvpn", "openvpn src/openvpn/ssl.c, ssl_openssl.c, ssl_verify.c"}
	return []Entry{
		m.one("no-client-certificate", "the MongoDB server was given a file of CAs (tlsCAFile), so it demands a certificate of each client", ClientWanted, "no SSL certificate provided by peer; connection rejected"),
		m.one("http-to-tls", "a client without TLS came to a MongoDB server that demands it (requireTLS)", HTTPToTLS, "The server is configured to only allow SSL connections"),
		m.several("validation", "MongoDB says that the other side's certificate did not pass, with the reason behind it", []Cause{UntrustedRoot, ClientRefused, Expired, WrongPurpose}, "SSL peer certificate validation failed"),
		m.one("names", "no name of the certificate is the host's", WrongName, "The server certificate does not match the host name", "The server certificate does not match the remote host name"),

		k.several("broker", "the broker says only that a client's handshake failed; the client's log has the reason", []Cause{ClientDistrusts, ClientLeft, ClientWanted, HTTPToTLS, Handshake}, "Failed authentication with‥SSL handshake failed"),
		k.several("own-settings", "before it starts, a broker shakes hands with itself, and its key store does not pass its own trust store", []Cause{NoCertificate, UntrustedRoot, KeyMismatch}, "SSLEngine created with the provided settings can't connect to a server SSLEngine created with those settings"),

		l.several("plaintext", "the broker closed the connection in the middle of the handshake; librdkafka suspects a listener without TLS", []Cause{PlainHTTP, ClientWanted, Handshake}, "connecting to a PLAINTEXT broker listener"),
		l.several("ssl-listener", "the broker closed the connection at the first word; librdkafka suspects a listener with TLS", []Cause{HTTPToTLS, Handshake}, "Disconnected while requesting ApiVersion", "connecting to a SSL listener"),
		l.several("unverified", "librdkafka has no root for the broker's certificate: ssl.ca.location, or the system's", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "broker certificate could not be verified"),
		l.several("closed", "the connection ended in the middle of the handshake", []Cause{Handshake, PlainHTTP, ClientWanted, Proxy}, "SSL handshake failed: SSL syscall error", "SSL handshake failed: SSL transport error", "SSL handshake failed: Disconnected"),
		l.one("ca-file", "the file of ssl.ca.location cannot be read", MissingCAFile, "ssl.ca.location failed").vague([]Cause{MissingCAFile, BadCAFile}),

		o.one("own-expired", "the last day of the certificate that this side shows is before the clock", Expired, "WARNING: Your certificate has expired"),
		o.one("own-not-yet", "the first day of the certificate that this side shows is after the clock", NotYetValid, "WARNING: Your certificate is not yet valid"),
		o.one("dates", "a date of the certificate cannot be read, or the clock is so far off that it cannot be compared", BadForm, "error=format error in certificate's").vague([]Cause{BadForm, NotYetValid}),
		o.one("negotiation", "no answer came: a firewall, a wrong address or port, or the server dropped what it could not check (tls-auth, tls-crypt)", Timeout, "TLS key negotiation failed to occur within").mend("compare the address, port and protocol (udp, tcp) with the server's, and see in its log whether packets arrive", ""),
		o.one("purpose", "remote-cert-tls wants a certificate for this use", WrongPurpose, "VERIFY EKU ERROR", "VERIFY KU ERROR", "Certificate does not have extended key usage extension", "VERIFY nsCertType ERROR"),
		o.one("name", "verify-x509-name wants another name", WrongName, "VERIFY X509NAME ERROR"),
	}
}
