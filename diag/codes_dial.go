package diag

// Reaching servers.
const (
	// DialTarget is a target that is no host, address or URL of a known protocol.
	DialTarget Code = "dial/target"
	// DialNoHost is a name that no name server knows.
	DialNoHost Code = "dial/no-such-host"
	// DialUnreachable is a server that cannot be connected to.
	DialUnreachable Code = "dial/unreachable"
	// DialTimeout is a server that does not answer in time.
	DialTimeout Code = "dial/timeout"
	// DialPlainHTTP is a port that speaks HTTP without TLS.
	DialPlainHTTP Code = "dial/plain-http"
	// DialNotTLS is a port that speaks something else than TLS.
	DialNotTLS Code = "dial/not-tls"
	// DialRefused is a handshake that the server ended before it showed a certificate.
	DialRefused Code = "dial/handshake-refused"
	// DialSTARTTLS is a server that does not change from its protocol to TLS.
	DialSTARTTLS Code = "dial/no-starttls"
	// DialProxy is a proxy that cannot be used.
	DialProxy Code = "dial/proxy"
)
