package explain

import "strconv"

// curl are curl's own words, beside those of the library that it was built with.
func curl() []Entry {
	f := from{"curl", "curl lib/vtls, lib/strerror.c, docs/libcurl/libcurl-errors.md"}
	mb, g2 := from{"mbedtls", "mbedtls library/x509_crt.c"}, from{"libgit2", "libgit2 src/streams/mbedtls.c, openssl.c"}
	broken := from{"curl", "curl lib/vtls/openssl.c, gtls.c, lib/strerror.c"}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, WrongName}
	return []Entry{
		f.one("no-alternative-name", "curl compares the host with the subject alternative names, and none fits", WrongName, "no alternative certificate subject name matches target", "no alternative certificate subject name matches target host name"),
		f.one("subject-name", "the certificate has no alternative names, and its common name is another", WrongName, "certificate subject name … does not match target", "SSL: certificate subject name", "unable to obtain common name from peer certificate"),
		f.several("secure-transport", "Apple's Secure Transport, which older curls on macOS use, has one sentence for all that is wrong with a chain", vague, "SSL certificate problem: Invalid certificate chain"),
		f.several("peer-failed", "curl's sentence for error 60, without the reason", vague, "SSL peer certificate or SSH remote key was not OK", "Peer certificate cannot be authenticated with given CA certificates", "Peer certificate cannot be authenticated with known CA certificates", "SSL certificate problem: verify that the CA cert is OK"),
		f.one("ca-file", "the file that --cacert, CURL_CA_BUNDLE or SSL_CERT_FILE names cannot be opened (77)", MissingCAFile, "error setting certificate file", "error setting certificate verify locations", "error adding trust anchors from file", "error adding trust anchors from locations"),
		f.several("ca-cert-problem", "curl's sentence for error 77: the file of CA certificates cannot be read", []Cause{MissingCAFile, BadCAFile}, "Problem with the SSL CA cert"),
		f.one("ca-file-gnutls", "curl with GnuTLS could not read the file of CA certificates (77)", MissingCAFile, "error reading ca cert file"),
		f.one("client-certificate", "the file that --cert names cannot be used (58)", UnreadableKey, "could not load PEM client certificate", "unable to set private key file", "could not load PEM client", "error reading X.509 key or certificate file", "Problem with the local SSL certificate", "unable to use client certificate"),
		f.one("client-key-mismatch", "the key of --key is not that of --cert (58)", KeyMismatch, "Private key does not match the certificate public key"),
		f.one("pinned", "the server's key is not the one of --pinnedpubkey (90)", Pinned, "SSL: public key does not match pinned public key", "pinned public key"),
		f.one("invalid-status", "--cert-status wants an OCSP answer from the server (91)", RevocationUnknown, "No OCSP response received", "SSL server certificate status verification FAILED", "Server certificate was revoked"),
		f.several("ssl-connect", "curl's sentence for error 35, without the reason", []Cause{Handshake, PlainHTTP, ProtocolVersion}, "SSL connect error", "TLS connect error:"),
		f.one("gnutls-verify", "curl with GnuTLS says only that the check failed", UntrustedRoot, "SSL certificate verification failed").vague(vague),
		f.one("connect-tunnel", "the proxy refuses to open a tunnel (56)", Proxy, "CONNECT tunnel failed, response", "Received HTTP code … from proxy after CONNECT", "Proxy CONNECT aborted"),
		f.one("proxy-name", "the proxy's own name has no address (5)", Proxy, "Could not resolve proxy"),
		f.one("could-not-connect", "nothing answered on the port (7)", ConnectionRefused, "Failed to connect to … port … after … ms: Couldn't connect to server", "Failed to connect to … port … after … ms: Could not connect to server", "Failed to connect to … port … : Connection refused", "Failed connect to … Connection refused"),
		f.one("could-not-resolve", "the host has no address (6)", NameNotResolved, "Could not resolve host"),
		f.one("mbedtls", "mbedTLS found no root for the chain", UntrustedRoot, "The certificate is not correctly signed by the trusted CA").vague([]Cause{UntrustedRoot, IncompleteChain, SelfSigned}),
		f.several("mbedtls-verify", "mbedTLS's number for a certificate that did not pass", vague, "Cert verify failed: BADCERT_", "X509 - Certificate verification failed"),
		mb.one("expired", "mbedTLS: the last day of the certificate is before the clock", Expired, "BADCERT_EXPIRED", "Cert verify failed: BADCERT_EXPIRED"),
		mb.one("not-yet-valid", "mbedTLS: the first day of the certificate is after the clock", NotYetValid, "BADCERT_FUTURE", "Cert verify failed: BADCERT_FUTURE"),
		mb.one("name", "mbedTLS: no name of the certificate is the host's", WrongName, "BADCERT_CN_MISMATCH", "Cert verify failed: BADCERT_CN_MISMATCH"),
		mb.one("revoked", "mbedTLS: a revocation list has the certificate", Revoked, "BADCERT_REVOKED", "Cert verify failed: BADCERT_REVOKED"),
		mb.several("not-trusted", "mbedTLS found no root for the chain", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "BADCERT_NOT_TRUSTED", "Cert verify failed: BADCERT_NOT_TRUSTED"),
		mb.one("weak", "mbedTLS refuses an algorithm or key of the chain", WeakSignature, "BADCERT_BAD_MD", "Cert verify failed: BADCERT_BAD_MD", "BADCERT_BAD_KEY", "Cert verify failed: BADCERT_BAD_KEY", "BADCERT_BAD_PK", "Cert verify failed: BADCERT_BAD_PK").vague([]Cause{WeakSignature, WeakKey}),
		mb.several("handshake-number", "mbedTLS's number for a certificate that did not pass", vague, append(numbered("2700"), "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED")...),
		mb.several("alert-number", "the server ended the handshake with an alert; at a higher log level mbedTLS names it", []Cause{Handshake, ProtocolVersion, ClientWanted, ClientRefused}, append(numbered("7780"), "MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE")...),
		mb.one("alert-version", "the server refused every version that was offered (alert 70)", ProtocolVersion, "is a fatal alert message (msg 70)"),
		mb.several("alert-handshake", "the server ended the handshake (alert 40)", []Cause{Cipher, ClientWanted, ProtocolVersion}, "is a fatal alert message (msg 40)"),
		mb.several("alert-certificate", "the server refused the certificate that it was shown", []Cause{ClientRefused, ClientWanted}, "is a fatal alert message (msg 42)", "is a fatal alert message (msg 46)", "is a fatal alert message (msg 48)"),
		mb.several("closed", "the server closed the connection in the middle of the handshake; a port without TLS does so", []Cause{Handshake, PlainHTTP, ClientWanted}, append(numbered("7280"), "MBEDTLS_ERR_SSL_CONN_EOF")...),
		mb.one("invalid-record", "the first bytes of the answer were no TLS record", PlainHTTP, append(numbered("7200"), "MBEDTLS_ERR_SSL_INVALID_RECORD")...),
		mb.one("timeout-number", "the server did not answer in time", Timeout, append(numbered("6800"), "esp-tls: [sock=…] select() timeout", "MBEDTLS_ERR_SSL_TIMEOUT")...),
		mb.one("reset-number", "the connection was reset in the middle of the handshake", Handshake, append(numbered("0050"), "mbedtls_ssl_handshake returned -0x50", "mbed_ssl_handshake returned -0x50", "MBEDTLS_ERR_NET_CONN_RESET")...),
		mb.one("no-roots", "the program gave mbedTLS no roots, and did not say that none are wanted", StoreUnusable, append(numbered("7680"), "MBEDTLS_ERR_SSL_CA_CHAIN_REQUIRED", "No server verification option set in esp_tls_cfg_t")...),
		mb.one("internal", "mbedTLS itself failed: since 3.6, TLS 1.3 wants a program to set up its cryptography first (psa_crypto_init), and older programs do not", Handshake, numbered("6c00")...).mend("take the build of the program that has its own mbedTLS, or an mbedTLS before 3.6", ""),
		g2.several("ssl-error", "libgit2 could not shake hands, and OpenSSL gave no reason", []Cause{Handshake, UntrustedRoot, Proxy}, "SSL error: unknown error; class=Ssl", "unknown error; class=Ssl"),
		g2.one("ca-file-missing", "libgit2 with mbedTLS cannot open the file of CA certificates", MissingCAFile, "failed to load CA certificates … Read/write of file failed"),
		g2.several("ca-file", "libgit2 cannot read the file of CA certificates that it was given", []Cause{BadCAFile, MissingCAFile}, "Class:SSL, failed to load CA certificates"),
		broken.one("curl-read", "the transfer was under way, so the certificate had passed: a network, proxy or antivirus program ended it", ConnectionBroken, "RPC failed; curl 56", "RPC failed; curl 18", "RPC failed; curl 92", "OpenSSL SSL_read: SSL_ERROR_SYSCALL", "SSL connect error (Recv failure: Connection was reset)", "OpenSSL SSL_read: Connection was reset", "OpenSSL SSL_read: Connection reset by peer", "OpenSSL SSL_read‥decryption failed or bad record mac", "OpenSSL SSL_read‥unexpected eof while reading", "GnuTLS recv error (-9)", "GnuTLS recv error (-24)", "GnuTLS recv error (-54)", "GnuTLS recv error (-110)"),
		broken.one("timed-out", "the server did not answer in time (28)", Timeout, "curl: (28)", "cURL error 28", "curl error 28 while downloading"),
		f.one("nss-client", "curl with NSS was asked for a client's certificate, and has none", ClientWanted, "NSS: client certificate not found"),
		f.several("nss-60", "curl with NSS shows NSS's own number", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "Peer's Certificate issuer is not recognized", "NSS error -8179", "Peer's certificate issuer has been marked as not trusted", "NSS error -8172"),
	}
}

// numbered are the wordings of one of mbedTLS's numbers: that of ESP-IDF and Arduino,
// those of Godot, and that of mbedTLS's own log.
func numbered(hex string) []string {
	n, err := strconv.ParseUint(hex, 16, 16)
	if err != nil {
		panic(err)
	}
	decimal := strconv.FormatUint(n, 10)
	return []string{
		"mbedtls_ssl_handshake returned -0x" + hex, "mbed_ssl_handshake returned -0x" + hex,
		"mbedtls error: returned -0x" + hex, "TLS handshake error: -" + decimal, "returned -" + decimal + " (-0x" + hex + ")",
	}
}

// vague gives an entry more causes.
func (e Entry) vague(causes []Cause) Entry { e.Causes = causes; return e }

// gnutls are the words of GnuTLS (lib/errors.c, lib/verify-high.c), and of wget,
// which has its own for the same answers.
func gnutls() []Entry {
	f := from{"gnutls", "gnutls lib/errors.c, lib/cert-cred-x509.c"}
	w := from{"wget", "wget src/gnutls.c, src/openssl.c"}
	w2 := from{"wget2", "wget2 libwget/ssl_gnutls.c"}
	unknown := []Cause{UntrustedRoot, IncompleteChain, SelfSigned}
	vague := []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, WrongName}
	return []Entry{
		f.several("issuer-unknown", "GnuTLS has no certificate of the issuer", unknown, "The certificate issuer is unknown", "certificate issuer is unknown"),
		f.several("not-trusted", "GnuTLS says this of every certificate that did not pass, and the reason beside it if it has words for it", append(vague, BadForm, StaleRoot), "The certificate is NOT trusted", "Error in the certificate verification", "GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR", "Error in the certificate"),
		f.one("expired", "the last day of the certificate is before the clock", Expired, "The certificate chain uses expired certificate"),
		f.one("not-activated", "the first day of the certificate is after the clock", NotYetValid, "The certificate chain uses not yet valid certificate"),
		f.one("name", "no name of the certificate is the host's", WrongName, "The name in the certificate does not match the expected", "hostname in the certificate does NOT match"),
		f.one("insecure", "an algorithm or key of the chain is too weak for GnuTLS", WeakSignature, "The certificate chain uses insecure algorithm"),
		f.one("not-ca", "the issuer's certificate is not a CA's", NotCA, "The certificate issuer is not a CA"),
		f.one("revoked", "a revocation list or OCSP answer has the certificate", Revoked, "The certificate chain is revoked"),
		f.one("constraints", "the CA may not issue for this name or at this depth", NameConstraint, "The certificate chain violates the signer's constraints").vague([]Cause{NameConstraint, PathLength}),
		f.one("signature", "the issuer's key did not make the signature", StaleRoot, "The signature in the certificate is invalid"),
		f.one("purpose", "the certificate is not meant for this", WrongPurpose, "The certificate chain does not match the intended purpose", "certificate purpose does not match"),
		f.one("ocsp", "the certificate demands an OCSP answer, and the server sent none", RevocationUnknown, "The certificate requires the server to include an OCSP status in its response", "missing status request", "The revocation or OCSP data are old"),
		f.one("unexpected-packet", "the first bytes of the answer were no TLS record", PlainHTTP, "An unexpected TLS packet was received", "GNUTLS_E_UNEXPECTED_PACKET"),
		f.one("packet-length", "the first bytes of the answer were no TLS record", PlainHTTP, "A TLS record packet with invalid length was received", "A packet with illegal or unsupported version was received"),
		f.several("premature", "the other side closed the connection in the middle of the handshake", []Cause{Handshake, Proxy}, "The TLS connection was non-properly terminated", "GNUTLS_E_PREMATURE_TERMINATION"),
		f.one("key-usage", "the certificate's key usage does not allow what TLS needs; often it is a CA's", KeyUsage, "Key usage violation in certificate has been detected", "GNUTLS_E_KEY_USAGE_VIOLATION").vague([]Cause{KeyUsage, CALeaf}),
		f.several("alert-handshake", "the server ended the handshake (alert 40)", []Cause{Cipher, ClientWanted, ProtocolVersion}, "Received alert [40]", "gnutls_handshake() failed: Handshake failed"),
		f.one("alert-certificate-required", "the server wants a client's certificate (alert 116)", ClientWanted, "Received alert [116]", "Certificate is required"),
		f.one("alert-version", "the server refused every version that was offered (alert 70)", ProtocolVersion, "Received alert [70]", "Error in protocol version"),
		f.one("no-priorities", "client and server have nothing in common", Cipher, "No or insufficient priorities were set", "Could not negotiate a supported cipher suite", "No supported cipher suites have been found"),
		f.one("no-group", "client and server have no group in common", Cipher, "No common key share with peer"),
		f.several("fatal-alert", "the other side ended the handshake; the alert beside it says why", []Cause{Handshake, ClientWanted}, "A TLS fatal alert has been received"),
		f.one("alert-name", "the server has no certificate for the name (alert 112)", ServerName, "received alert [112]", "The server name sent was not recognized"),
		f.one("version", "the server's version is not among those allowed here", ProtocolVersion, "A TLS packet with unexpected version", "Unsupported TLS version", "The SSL2 client hello"),
		f.one("no-file", "the file of CA certificates cannot be opened", MissingCAFile, "Error setting the x509 trust file", "error loading the CA", "gnutls_certificate_set_x509_trust_file"),

		w.several("not-trusted", "wget says this of every certificate that did not pass, and the reason below it if it has words for it", append(vague, NameConstraint, StaleRoot, PathLength, BadForm, RevocationUnknown), "The certificate of … is not trusted"),
		w.several("unknown-issuer", "wget with GnuTLS has no certificate of the issuer", unknown, "The certificate of … doesn't have a known issuer", "wurde von einem unbekannten Austeller herausgegeben", "hasn't got a known issuer"),
		w.one("expired", "the last day of the certificate is before the clock", Expired, "The certificate of … has expired"),
		w.one("not-activated", "the first day of the certificate is after the clock", NotYetValid, "The certificate of … is not yet activated", "The certificate has not yet been activated"),
		w.one("not-ca", "the issuer's certificate is not a CA's", NotCA, "The certificate signer of … was not a CA"),
		w.one("insecure", "an algorithm or key of the chain is too weak", WeakSignature, "The certificate of … was signed using an insecure algorithm"),
		w.one("revoked", "the certificate was revoked", Revoked, "The certificate of … has been revoked"),
		w.one("owner", "no name of the certificate is the host's", WrongName, "The certificate's owner does not match hostname"),
		w.several("cannot-verify", "wget with OpenSSL names the issuer that it does not know", vague, "cannot verify … 's certificate, issued by"),
		w.one("self-signed-openssl", "wget with OpenSSL: the first certificate signed itself", SelfSigned, "Self-signed certificate encountered"),
		w.several("local-authority", "wget with OpenSSL has no certificate of the issuer", unknown, "Unable to locally verify the issuer's authority"),
		w.one("expired-openssl", "wget with OpenSSL: the last day is before the clock", Expired, "Issued certificate has expired"),
		w.one("not-yet-openssl", "wget with OpenSSL: the first day is after the clock", NotYetValid, "Issued certificate not yet valid"),
		w.one("no-name-openssl", "wget with OpenSSL: no alternative name is the host's", WrongName, "no certificate subject alternative name matches requested host name", "certificate common name … doesn't match requested host name"),
		w.one("refused", "nothing listens on the port", ConnectionRefused, "failed: Connection refused"),
		w.several("no-connection", "wget's last line when the handshake failed, without the reason", []Cause{Handshake, UntrustedRoot, PlainHTTP}, "Unable to establish SSL connection"),
		w.one("ca-file", "the file of --ca-certificate cannot be opened", MissingCAFile, "Failed to open cert", "failed to load CA certificate", "No certificates found in"),

		w2.several("not-trusted", "wget2 says this of every certificate that did not pass", vague, "Certificate verification error", "The certificate is not trusted", "Failed to connect: Certificate error"),
		w2.several("unknown-issuer", "wget2 has no certificate of the issuer", unknown, "The certificate doesn't have a known issuer"),
		w2.one("owner", "no name of the certificate is the host's", WrongName, "The certificate's owner does not match hostname"),
		w2.one("ca-file", "the file of --ca-certificate has no certificate, or is not there", MissingCAFile, "No CAs were found in", "Failed to find any CAs"),
		w2.several("handshake", "wget2's last line when the handshake failed", []Cause{Handshake, PlainHTTP}, "Failed to connect: TLS handshake failed", "Failed to connect: Handshake"),
	}
}

// git are what Git and libcurl with GnuTLS say: the same for nearly everything; and
// Subversion.
func git() []Entry {
	f := from{"curl", "curl lib/vtls/gtls.c"}
	s := from{"svn", "subversion libsvn_ra_serf/util.c"}
	return []Entry{
		f.several("gnutls-cafile", "libcurl with GnuTLS, as in Debian's Git, has this one sentence for whatever is wrong with a certificate", []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, NotYetValid, NameConstraint, StaleRoot, NotCA, PathLength, WeakSignature, BadForm, RevocationUnknown}, "server certificate verification failed", "server verification failed: certificate signer not trusted"),
		f.several("gnutls-handshake", "libcurl with GnuTLS could not shake hands, with the reason behind it", []Cause{Handshake, PlainHTTP, Cipher, ClientWanted}, "gnutls_handshake() failed"),
		s.several("ssl", "Subversion says only that TLS failed", []Cause{PlainHTTP, ProtocolVersion, Handshake}, "An error occurred during SSL communication"),
		s.several("not-trusted", "Subversion has no certificate of the issuer", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "Server SSL certificate verification failed: issuer is not trusted", "issuer is not trusted", "The certificate is not issued by a trusted authority"),
		s.one("hostname", "Subversion: no name of the certificate is the host's", WrongName, "The certificate hostname does not match", "certificate issued for a different hostname"),
		s.one("expired", "Subversion: the last day of the certificate is before the clock", Expired, "Server SSL certificate verification failed: certificate has expired"),
		s.one("not-yet-valid", "Subversion: the first day of the certificate is after the clock", NotYetValid, "Server SSL certificate verification failed: certificate is not yet valid"),
	}
}
