package explain

// chromium are Chrome's net errors: net/base/net_error_list.h.
func chromium() []Entry {
	f := from{"chromium", "chromium net/base/net_error_list.h"}
	return []Entry{
		f.several("authority-invalid", "Chrome found no way from the certificate to a root of its own or of this machine's; it has no other words for that (-202)", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "ERR_CERT_AUTHORITY_INVALID", "net_error -202"),
		f.several("common-name", "no subject alternative name is the host's; Chrome does not look at the common name (-200)", []Cause{WrongName, NoSAN}, "ERR_CERT_COMMON_NAME_INVALID", "net_error -200"),
		f.several("date", "the clock is not between the first and the last day (-201)", []Cause{Expired, NotYetValid}, "ERR_CERT_DATE_INVALID", "net_error -201"),
		f.several("invalid", "a constraint, purpose or extension of a certificate is not as it must be (-207)", []Cause{NameConstraint, NotCA, PathLength, WrongPurpose, BadForm}, "ERR_CERT_INVALID", "net_error -207"),
		f.one("revoked", "the certificate was revoked (-206)", Revoked, "ERR_CERT_REVOKED", "net_error -206"),
		f.one("no-revocation", "Chrome was told to ask whether the certificate was revoked, and cannot (-205)", RevocationUnknown, "ERR_CERT_NO_REVOCATION_MECHANISM", "ERR_CERT_UNABLE_TO_CHECK_REVOCATION"),
		f.one("weak-signature", "a certificate is signed with an algorithm that Chrome refuses (-208)", WeakSignature, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM", "net_error -208"),
		f.one("non-unique", "the certificate is for a name that nobody owns, from a public root (-210)", WrongName, "ERR_CERT_NON_UNIQUE_NAME"),
		f.one("weak-key", "the key is too short (-211)", WeakKey, "ERR_CERT_WEAK_KEY", "net_error -211"),
		f.one("constraint", "the root may not issue for the name (-212)", NameConstraint, "ERR_CERT_NAME_CONSTRAINT_VIOLATION"),
		f.one("too-long", "the certificate is valid for longer than Chrome allows under a public root (-213)", TooLong, "ERR_CERT_VALIDITY_TOO_LONG"),
		f.one("transparency", "the certificate is in no public log (-214)", Transparency, "ERR_CERTIFICATE_TRANSPARENCY_REQUIRED"),
		f.one("known-interception", "Chrome knows the root as one that reads along (-217)", UntrustedRoot, "ERR_CERT_KNOWN_INTERCEPTION_BLOCKED"),
		f.several("key-usage", "the key usage does not allow what TLS does with the key; often the certificate is a CA's", []Cause{KeyUsage, CALeaf}, "ERR_SSL_KEY_USAGE_INCOMPATIBLE"),
		f.several("protocol-error", "the answer was no TLS, or not as it must be (-107)", []Cause{PlainHTTP, Handshake}, "ERR_SSL_PROTOCOL_ERROR", "net_error -107"),
		f.several("version-or-cipher", "client and server have no version or cipher suite in common, or the server has no certificate for the name (-113)", []Cause{ProtocolVersion, Cipher, NoCertificate, ServerName}, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "net_error -113"),
		f.one("obsolete", "the server speaks TLS 1.0 or 1.1 only", ProtocolVersion, "ERR_SSL_OBSOLETE_VERSION"),
		f.several("client-auth", "the server wants a client's certificate, and did not get the right one (-117)", []Cause{ClientWanted, ClientRefused}, "ERR_BAD_SSL_CLIENT_AUTH_CERT"),
		f.one("client-auth-needed", "the server wants a client's certificate (-110)", ClientWanted, "ERR_SSL_CLIENT_AUTH_CERT_NEEDED"),
		f.one("client-key", "the key of the client's certificate cannot be used", UnreadableKey, "ERR_SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED", "ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED"),
		f.one("unrecognized-name", "the server has no certificate for the name (-159)", ServerName, "ERR_SSL_UNRECOGNIZED_NAME_ALERT"),
		f.one("pinned", "the key is not one of those that are pinned (-150)", Pinned, "ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN"),
		f.one("server-bad", "the certificate cannot be read", BadForm, "ERR_SSL_SERVER_CERT_BAD_FORMAT", "ERR_CERT_CONTAINS_ERRORS"),
		f.one("hsts", "the browser remembers that the site wants HTTPS only, and lets nobody go on", HSTS, "uses HSTS. Network errors and attacks are usually temporary", "You cannot visit … right now because the website uses HSTS", "has a security policy called HTTP Strict Transport Security (HSTS)"),
		f.one("refused", "nothing listens on the port", ConnectionRefused, "ERR_CONNECTION_REFUSED"),
		f.one("not-resolved", "the host has no address", NameNotResolved, "ERR_NAME_NOT_RESOLVED"),
		f.one("timed-out", "the server did not answer in time", Timeout, "ERR_CONNECTION_TIMED_OUT"),
		f.one("proxy", "the proxy could not be reached or refuses", Proxy, "ERR_PROXY_CONNECTION_FAILED", "ERR_TUNNEL_CONNECTION_FAILED", "ERR_PROXY_CERTIFICATE_INVALID"),
	}
}

// firefox are the codes of NSS and mozilla::pkix.
func firefox() []Entry {
	f := from{"firefox", "firefox security/nss/lib/util/secerr.h, security/nss/lib/mozpkix"}
	return []Entry{
		f.several("unknown-issuer", "Firefox found no way from the certificate to a root of its own", []Cause{UntrustedRoot, IncompleteChain}, "SEC_ERROR_UNKNOWN_ISSUER"),
		f.one("self-signed", "the server's certificate signed itself", SelfSigned, "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"),
		f.one("expired", "the last day of the certificate is before the clock", Expired, "SEC_ERROR_EXPIRED_CERTIFICATE"),
		f.one("issuer-expired", "the last day of a CA's certificate is before the clock", Expired, "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE"),
		f.one("not-yet-valid", "the first day of the certificate is after the clock", NotYetValid, "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE"),
		f.one("issuer-not-yet", "the first day of a CA's certificate is after the clock", NotYetValid, "MOZILLA_PKIX_ERROR_NOT_YET_VALID_ISSUER_CERTIFICATE"),
		f.several("domain", "no subject alternative name is the host's", []Cause{WrongName, NoSAN}, "SSL_ERROR_BAD_CERT_DOMAIN"),
		f.one("name-space", "a CA of the chain may not issue for the name", NameConstraint, "SEC_ERROR_CERT_NOT_IN_NAME_SPACE"),
		f.one("ca-invalid", "the issuer's certificate is not a CA's", NotCA, "SEC_ERROR_CA_CERT_INVALID"),
		f.one("cert-type", "the extended key usage does not allow this", WrongPurpose, "SEC_ERROR_INADEQUATE_CERT_TYPE"),
		f.one("key-usage", "the key usage does not allow what TLS does with the key", KeyUsage, "SEC_ERROR_INADEQUATE_KEY_USAGE"),
		f.one("path-length", "a CA allows fewer CAs below it than there are", PathLength, "SEC_ERROR_PATH_LEN_CONSTRAINT_INVALID"),
		f.one("ca-as-leaf", "the certificate is a CA's, and Firefox takes none as a server's", CALeaf, "MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY"),
		f.one("serial", "the profile has seen another certificate with the same issuer and number", ReusedSerial, "SEC_ERROR_REUSED_ISSUER_AND_SERIAL"),
		f.one("signature", "the issuer's key did not make the signature", StaleRoot, "SEC_ERROR_BAD_SIGNATURE"),
		f.one("revoked", "the certificate was revoked", Revoked, "SEC_ERROR_REVOKED_CERTIFICATE"),
		f.several("ocsp", "Firefox asked whether the certificate was revoked, and got no good answer", []Cause{RevocationUnknown}, "SEC_ERROR_OCSP_OLD_RESPONSE", "SEC_ERROR_OCSP_UNKNOWN_CERT", "SEC_ERROR_OCSP_INVALID_SIGNING_CERT", "SEC_ERROR_OCSP_SERVER_ERROR", "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING", "SEC_ERROR_OCSP_FUTURE_RESPONSE", "SEC_ERROR_OCSP_TRY_SERVER_LATER"),
		f.one("weak-algorithm", "a certificate is signed with an algorithm that is switched off", WeakSignature, "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED"),
		f.one("weak-key", "the key is too short", WeakKey, "MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE"),
		f.one("unsupported-key", "Firefox does not know this kind of key", WeakKey, "SEC_ERROR_UNSUPPORTED_KEYALG", "SEC_ERROR_UNSUPPORTED_ELLIPTIC_CURVE", "MOZILLA_PKIX_ERROR_INVALID_INTEGER_ENCODING"),
		f.one("bad-der", "a certificate is not of the form that Firefox reads", BadForm, "SEC_ERROR_BAD_DER", "SEC_ERROR_EXTENSION_VALUE_INVALID", "MOZILLA_PKIX_ERROR_EMPTY_ISSUER_NAME", "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION", "SEC_ERROR_UNRECOGNIZED_OID"),
		f.one("version1", "a CA's certificate is of the old version 1", BadForm, "MOZILLA_PKIX_ERROR_V1_CERT_USED_AS_CA"),
		f.one("untrusted", "the certificate or its issuer is marked as not trusted in the profile", UntrustedRoot, "SEC_ERROR_UNTRUSTED_ISSUER", "SEC_ERROR_UNTRUSTED_CERT"),
		f.one("pinned", "the key is not one of those that are pinned", Pinned, "MOZILLA_PKIX_ERROR_KEY_PINNING_FAILURE"),
		f.one("mitm", "Firefox believes that somebody reads along: an antivirus program or proxy", UntrustedRoot, "MOZILLA_PKIX_ERROR_MITM_DETECTED"),
		f.one("transparency", "the certificate is in too few public logs", Transparency, "MOZILLA_PKIX_ERROR_INSUFFICIENT_CERTIFICATE_TRANSPARENCY"),
		f.one("record-too-long", "the first bytes of the answer were no TLS record", PlainHTTP, "SSL_ERROR_RX_RECORD_TOO_LONG", "SSL_ERROR_RX_MALFORMED_HANDSHAKE"),
		f.one("alert-version", "the server refused every version that was offered (alert 70)", ProtocolVersion, "SSL_ERROR_PROTOCOL_VERSION_ALERT"),
		f.one("unsupported-version", "the server speaks older versions than Firefox may use", ProtocolVersion, "SSL_ERROR_UNSUPPORTED_VERSION"),
		f.one("unsafe-negotiation", "the server knows the old renegotiation only, which this Firefox was told to refuse", ProtocolVersion, "SSL_ERROR_UNSAFE_NEGOTIATION"),
		f.one("inadequate-security", "HTTP/2 forbids the cipher suite that the server chose (RFC 9113, section 9.2)", Cipher, "NS_ERROR_NET_INADEQUATE_SECURITY"),
		f.one("weak-ephemeral", "the server's Diffie-Hellman parameters are too short", Cipher, "SSL_ERROR_WEAK_SERVER_EPHEMERAL_DH_KEY"),
		f.several("reset", "the connection ended in the middle of the handshake", []Cause{Handshake, Proxy}, "PR_CONNECT_RESET_ERROR", "PR_END_OF_FILE_ERROR"),
		f.several("no-overlap", "client and server have no cipher suite in common", []Cause{Cipher, NoCertificate}, "SSL_ERROR_NO_CYPHER_OVERLAP"),
		f.one("certificate-required", "the server wants a client's certificate (alert 116)", ClientWanted, "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT"),
		f.several("alert-handshake", "the server ended the handshake (alert 40)", []Cause{Cipher, ClientWanted, ServerName}, "SSL_ERROR_HANDSHAKE_FAILURE_ALERT"),
		f.several("alert-certificate", "the server refused the certificate that it was shown", []Cause{ClientWanted, ClientRefused}, "SSL_ERROR_BAD_CERT_ALERT", "SSL_ERROR_UNKNOWN_CA_ALERT", "SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT", "SSL_ERROR_EXPIRED_CERT_ALERT", "SSL_ERROR_REVOKED_CERT_ALERT"),
		f.several("alert-internal", "the server failed for a reason of its own (alert 80)", []Cause{ServerName, NoCertificate}, "SSL_ERROR_INTERNAL_ERROR_ALERT"),
		f.one("unrecognized-name", "the server has no certificate for the name (alert 112)", ServerName, "SSL_ERROR_UNRECOGNIZED_NAME_ALERT"),
		f.one("no-protocol", "client and server have no application protocol in common (alert 120)", ALPN, "SSL_ERROR_NEXT_PROTOCOL_NO_PROTOCOL", "SSL_ERROR_NEXT_PROTOCOL_NO_CALLBACK"),
		f.one("hsts", "the browser remembers that the site wants HTTPS only, and lets nobody go on", HSTS, "has a security policy called HTTP Strict Transport Security (HSTS), which means that Firefox can only connect to it securely"),
		f.one("database", "the profile's database of certificates cannot be opened", StoreUnusable, "SEC_ERROR_BAD_DATABASE", "SEC_ERROR_LEGACY_DATABASE", "SEC_ERROR_READ_ONLY"),
		f.one("pkcs12", "the PKCS#12 file cannot be opened: the password, or the algorithm", UnreadableKey, "SEC_ERROR_BAD_PASSWORD", "SEC_ERROR_PKCS12_DECODING_PFX"),
	}
}

// windows are Schannel, and .NET on every system.
func windows() []Entry {
	f := from{"schannel", "learn.microsoft.com winerror.h, curl lib/vtls/schannel.c"}
	d := from{"dotnet", "dotnet runtime System.Net.Security Resources/Strings.resx"}
	vague := []Cause{UntrustedRoot, IncompleteChain, WrongName, Expired}
	return []Entry{
		f.one("untrusted-root", "Windows does not have the root in its store ROOT", UntrustedRoot, "SEC_E_UNTRUSTED_ROOT", "0x80090325", "CERT_E_UNTRUSTEDROOT", "0x800B0109", "The certificate chain was issued by an authority that is not trusted", "terminated in a root certificate which is not trusted by the trust provider"),
		f.one("chaining", "Windows could not build a chain to a root", IncompleteChain, "CERT_E_CHAINING", "0x800B010A", "CERT_TRUST_IS_PARTIAL_CHAIN").vague([]Cause{IncompleteChain, UntrustedRoot}),
		f.one("wrong-principal", "no name of the certificate is the host's", WrongName, "SEC_E_WRONG_PRINCIPAL", "0x80090322", "The target principal name is incorrect", "CERT_E_CN_NO_MATCH", "0x800B010F"),
		f.one("expired", "the clock is not between the first and the last day", Expired, "SEC_E_CERT_EXPIRED", "0x80090328", "CERT_E_EXPIRED", "0x800B0101").vague([]Cause{Expired, NotYetValid}),
		f.one("revocation", "Windows wants to know whether the certificate was revoked, and a local CA has no list", RevocationUnknown, "CRYPT_E_NO_REVOCATION_CHECK", "0x80092012", "The revocation function was unable to check revocation"),
		f.one("revocation-offline", "Windows wants to know whether the certificate was revoked, and nobody answers", RevocationUnknown, "CRYPT_E_REVOCATION_OFFLINE", "0x80092013", "CERT_TRUST_REVOCATION_STATUS_UNKNOWN", "revocation server was offline"),
		f.one("revoked", "the certificate was revoked", Revoked, "CRYPT_E_REVOKED", "0x80092010"),
		f.one("invalid-token", "the first bytes of the answer were no TLS record", PlainHTTP, "SEC_E_INVALID_TOKEN", "0x80090308"),
		f.one("algorithm", "client and server have nothing in common", Cipher, "SEC_E_ALGORITHM_MISMATCH", "0x80090331").vague([]Cause{Cipher, ProtocolVersion}),
		f.one("illegal-message", "the server ended the handshake, or its answer was not understood", Handshake, "SEC_E_ILLEGAL_MESSAGE", "0x80090326").vague([]Cause{Handshake, ProtocolVersion, ClientWanted}),
		f.several("closed", "the connection ended before its time", []Cause{Handshake, Proxy}, "schannel: failed to receive handshake", "schannel: failed to send initial handshake data", "schannel: server closed abruptly (missing close_notify)"),
		f.one("purpose", "the certificate is not meant for this", WrongPurpose, "CERT_E_WRONG_USAGE", "0x800B0110"),
		f.one("server-certificate", "Windows names no reason", UntrustedRoot, "SEC_E_CERT_UNKNOWN", "0x80090327").vague(vague),

		d.one("untrusted-root", ".NET's word for a root that is not trusted", UntrustedRoot, "errors in the certificate chain: UntrustedRoot", "certificate chain: UntrustedRoot", "X509ChainStatusFlags.UntrustedRoot", "errors in the certificate chain: NotSignatureValid, UntrustedRoot", "errors in the certificate chain: NotTimeValid, UntrustedRoot", "errors in the certificate chain: NotValidForUsage, UntrustedRoot"),
		d.several("partial-chain", ".NET's word for a chain that leads to no root", []Cause{IncompleteChain, UntrustedRoot}, "errors in the certificate chain: PartialChain", "certificate chain: PartialChain", "errors in the certificate chain: RevocationStatusUnknown, PartialChain", "errors in the certificate chain: NotTimeValid, PartialChain", "errors in the certificate chain: PartialChain, RevocationStatusUnknown"),
		d.several("not-time-valid", ".NET's word for dates that are not now", []Cause{Expired, NotYetValid}, "errors in the certificate chain: NotTimeValid", "certificate chain: NotTimeValid"),
		d.one("revocation", ".NET was told to ask whether the certificate was revoked, and nobody answered", RevocationUnknown, "errors in the certificate chain: RevocationStatusUnknown", "errors in the certificate chain: OfflineRevocation", "certificate chain: RevocationStatusUnknown", "certificate chain: OfflineRevocation"),
		d.one("revoked", ".NET found the certificate revoked", Revoked, "errors in the certificate chain: Revoked"),
		d.one("signature", ".NET's word for a signature that is not by the issuer's key", StaleRoot, "errors in the certificate chain: NotSignatureValid"),
		d.one("purpose", ".NET's word for a certificate that is not meant for this", WrongPurpose, "errors in the certificate chain: NotValidForUsage"),
		d.one("constraints", ".NET's words for constraints", NameConstraint, "errors in the certificate chain: HasNotPermittedNameConstraint", "errors in the certificate chain: HasExcludedNameConstraint", "errors in the certificate chain: HasNotDefinedNameConstraint", "errors in the certificate chain: InvalidNameConstraints", "HasNotPermittedNameConstraint", "InvalidNameConstraints", "HasExcludedNameConstraint", "HasNotDefinedNameConstraint"),
		d.one("basic-constraints", ".NET's word for an issuer that is not a CA", NotCA, "errors in the certificate chain: InvalidBasicConstraints", "certificate chain: InvalidBasicConstraints"),
		d.one("name", ".NET compares the host with the names of the certificate, and none fits", WrongName, "RemoteCertificateNameMismatch"),
		d.several("chain-errors", ".NET says that something is wrong with the chain, and not what", vague, "RemoteCertificateChainErrors"),
		d.one("not-available", "the server sent no certificate", NoCertificate, "RemoteCertificateNotAvailable"),
		d.several("invalid", ".NET says that the certificate did not pass, and not why", vague, "The remote certificate is invalid according to the validation procedure", "The remote certificate was rejected by the provided RemoteCertificateValidationCallback", "errors in the certificate chain:"),
		d.several("trust-relationship", ".NET Framework says that the certificate did not pass, and not why", vague, "Could not establish trust relationship for the SSL/TLS secure channel", "The underlying connection was closed: Could not establish trust relationship"),
		d.several("secure-channel", ".NET Framework found nothing in common with the server; often TLS 1.2 is not switched on", []Cause{ProtocolVersion, Cipher}, "Could not create SSL/TLS secure channel").mend(tls12, "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'"),
		d.several("closed-on-send", ".NET Framework's sentence for a handshake that broke off; often TLS 1.2 is not switched on", []Cause{ProtocolVersion, Handshake, Proxy}, "The underlying connection was closed: An unexpected error occurred on a send", "The underlying connection was closed: An unexpected error occurred on a receive").mend(tls12, "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'"),
		d.one("frame", "the first bytes of the answer were no TLS record", PlainHTTP, "Cannot determine the frame size or a corrupted frame was received", "The handshake failed due to an unexpected packet format"),
		d.one("kestrel", "ASP.NET has no development certificate", NoCertificate, "Unable to configure HTTPS endpoint. No server certificate was specified"),
		d.several("established", ".NET's outer sentence; the inner exception has the reason", append(vague, PlainHTTP), "The SSL connection could not be established, see inner exception"),
		d.several("powershell", "PowerShell's sentence; the inner exception has the reason", vague, "The remote certificate is invalid according to the validation"),
	}
}

// tls12 is what helps most with .NET Framework, Windows PowerShell among it.
const tls12 = "switch TLS 1.2 on in the program or session, or let it run on .NET Framework 4.7 or later"

// osStatus are the ways in which Apple's frameworks write a result code.
func osStatus(codes ...string) []string {
	var texts []string
	for _, code := range codes {
		for _, before := range []string{"OSStatus ", "kCFStreamErrorDomainSSL, ", "_kCFNetworkCFStreamSSLErrorOriginalValue=", "SSLHandshake failed (", "encountered error 3:"} {
			texts = append(texts, before+code)
		}
	}
	return texts
}

// apple are Security.framework, and Safari and URLSession above it.
func apple() []Entry {
	f := from{"apple", "developer.apple.com Security result codes, URLError"}
	return []Entry{
		f.several("not-trusted", "Apple's trust evaluation found no trusted root", []Cause{UntrustedRoot, SelfSigned, IncompleteChain}, append(osStatus("-9807", "-9812", "-9813"), "errSSLXCertChainInvalid", "CSSMERR_TP_NOT_TRUSTED", "errSSLUnknownRootCert", "errSSLNoRootCert", "SecTrustEvaluate … root is not trusted", "NSOSStatusErrorDomain … certificate is not trusted")...),
		f.one("peer-host", "no name of the certificate is the host's", WrongName, append(osStatus("-9843"), "CSSMERR_APPLETP_HOSTNAME_MISMATCH", "errSSLHostNameMismatch", "hostname mismatch … SecTrust")...),
		f.one("expired", "the last day of the certificate is before the clock", Expired, append(osStatus("-9814"), "CSSMERR_TP_CERT_EXPIRED", "errSSLCertExpired", "NSOSStatusErrorDomain … certificate is expired")...),
		f.one("not-yet", "the first day of the certificate is after the clock", NotYetValid, append(osStatus("-9815"), "errSSLCertNotYetValid")...),
		f.one("plain", "the first bytes of the answer were no TLS record", PlainHTTP, append(osStatus("-9800"), "errSSLProtocol")...),
		f.one("closed", "the server ended the handshake", Handshake, append(osStatus("-9824", "-9806"), "errSSLPeerHandshakeFail", "errSSLClosedAbort")...),
		f.several("fatal-alert", "the handshake ended with an alert; App Transport Security ends it so when it does not trust the certificate", []Cause{UntrustedRoot, ProtocolVersion, Handshake}, append(osStatus("-9802"), "errSSLFatalAlert", "ATS failed system trust")...),
		f.several("client-refused", "the server refused the client's certificate, or wants one", []Cause{ClientRefused, ClientWanted}, append(osStatus("-9825"), "errSSLPeerBadCert")...),
		f.one("timeout", "the server did not finish the handshake in time", Timeout, append(osStatus("-9853"), "errSSLNetworkTimeout")...),
		f.one("version", "the server speaks older versions than this system may use", ProtocolVersion, append(osStatus("-9836"), "errSSLPeerProtocolVersion")...),
		f.several("untrusted-url", "URLSession's -1202: the certificate did not pass", []Cause{UntrustedRoot, WrongName, TooLong, Expired}, "The certificate for this server is invalid. You might be connecting to a server that is pretending to be", "NSURLErrorServerCertificateUntrusted", "NSURLErrorDomain Code=-1202", "NSURLErrorDomain … -1202"),
		f.one("date-url", "URLSession's -1201 and -1204: the dates are not now", Expired, "NSURLErrorServerCertificateHasBadDate", "NSURLErrorDomain Code=-1201", "NSURLErrorDomain Code=-1204").vague([]Cause{Expired, NotYetValid}),
		f.one("unknown-root-url", "URLSession's -1203: the root is not known", UntrustedRoot, "NSURLErrorServerCertificateHasUnknownRoot", "NSURLErrorDomain Code=-1203"),
		f.several("secure-url", "URLSession's -1200: no connection came about, and the number beside it says more", []Cause{ProtocolVersion, Handshake, UntrustedRoot, PlainHTTP}, "An SSL error has occurred and a secure connection to the server cannot be made", "NSURLErrorSecureConnectionFailed", "NSURLErrorDomain Code=-1200"),
		f.one("client-url", "URLSession's -1205 and -1206: the server wants a client's certificate", ClientWanted, "NSURLErrorClientCertificateRequired", "NSURLErrorDomain Code=-1206", "NSURLErrorDomain Code=-1205"),
		f.one("ats", "App Transport Security forbids plain HTTP", HTTPToTLS, "App Transport Security policy requires the use of a secure connection"),
		f.several("safari", "Safari's page for a certificate that did not pass", []Cause{UntrustedRoot, WrongName, Expired, TooLong}, "This Connection Is Not Private", "Safari can't verify the identity of the website"),
		f.one("safari-secure", "Safari could not shake hands", ProtocolVersion, "Safari can't establish a secure connection to the server").vague([]Cause{ProtocolVersion, PlainHTTP, ServerName}),
		f.one("validity", "Apple's systems allow a server's certificate 825 days, from every root", TooLong, "Certificate exceeds maximum temporal validity period", "exceeds maximum validity"),
	}
}
