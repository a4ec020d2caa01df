package diag

// What a traced connection shows.
const (
	// TraceNoTLS13 is a server that does not speak the newest version.
	TraceNoTLS13 Code = "trace/no-tls13"
	// TraceWeakSuite is a cipher suite with known attacks.
	TraceWeakSuite Code = "trace/weak-suite"
	// TraceNoForwardSecrecy is a key agreement that the server's key gives away later.
	TraceNoForwardSecrecy Code = "trace/no-forward-secrecy"
	// TraceRetry is a hello that had to be sent twice.
	TraceRetry Code = "trace/hello-retry"
	// TraceNoResumption is a server with which every connection begins from nothing.
	TraceNoResumption Code = "trace/no-resumption"
	// TraceEarlyData is a server that takes data which somebody may send again.
	TraceEarlyData Code = "trace/early-data"
	// TraceTicketLifetime is a ticket that outlives what the protocol allows.
	TraceTicketLifetime Code = "trace/ticket-lifetime"
	// TraceLargeFlight is a server's answer that does not fit the first window.
	TraceLargeFlight Code = "trace/large-flight"
	// TraceHTTP1 is a web server without HTTP/2.
	TraceHTTP1 Code = "trace/http1-only"
	// TraceNoHSTS is a public web server that lets browsers come without TLS.
	TraceNoHSTS Code = "trace/no-hsts"
	// TraceBadHSTS is an HSTS header that browsers ignore.
	TraceBadHSTS Code = "trace/bad-hsts"
	// TraceNoRedirect is a web server that answers without TLS, too.
	TraceNoRedirect Code = "trace/no-redirect"
	// TraceMixed is an https page that loads something over http.
	TraceMixed Code = "trace/mixed-content"
	// TraceNoAnswer is a web server that does not answer a request.
	TraceNoAnswer Code = "trace/no-answer"
	// TraceSlow is a handshake that did not end in time.
	TraceSlow Code = "trace/too-slow"
	// TraceMalformed is a message that is not of the form it should have.
	TraceMalformed Code = "trace/malformed"
	// TraceOnlyOld is a server with which no client of today can speak.
	TraceOnlyOld Code = "trace/only-old"
	// TraceFile is a file that a trace cannot be written to.
	TraceFile Code = "trace/file"
)
