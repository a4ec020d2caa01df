package explain

// others are programs that stand alone: each has words of its own for what OpenSSL,
// mbedTLS or a library of its language found.
func others() []Entry {
	k, q := from{"kubernetes", "kubernetes apiserver authentication.go, kubelet bootstrap.go"}, from{"squid", "squid src/anyp/PortCfg.cc, src/security"}
	r := from{"freeradius", "freeradius src/main/tls.c"}
	b, d := from{"fluent-bit", "fluent-bit src/tls/openssl.c"}, from{"fluentd", "fluentd lib/fluent/plugin_helper/server.rb"}
	return append(append(haskell(), unity()...),
		k.one("caller", "a caller showed the API server a client's certificate that is out of date: a kubelet, a controller, or who uses an old kubeconfig", ClientRefused, "Unable to authenticate the request due to an error: x509: certificate has expired or is not yet valid", "Unable to authenticate the request due to an error: x509: certificate has expired or is not yet valid: current time … is after", "Unable to authenticate the request\" err=\"[x509: certificate has expired or is not yet valid: current time … is after", "Unable to authenticate the request … verifying certificate SN=… x509: certificate has expired or is not yet valid: current time … is after").mend("renew the caller's certificate, and give it the new kubeconfig (with kubeadm: check-expiration says whose it is)", "kubeadm certs check-expiration"),
		k.one("caller-unknown", "a caller showed the API server a client's certificate of a CA that it does not know: often a kubeconfig of another or an older cluster", ClientRefused, "Unable to authenticate the request‥x509: certificate signed by unknown authority", "Unable to authenticate the request‥verifying certificate SN=‥x509: certificate signed by unknown authority"),
		k.one("kubelet", "the kubelet's own certificate, which it shows to the API server, is out of date", Expired, "Part of the existing bootstrap client certificate is expired", "Part of the existing bootstrap client certificate in … is expired").mend("let the node join again with a fresh token", "kubeadm token create --print-join-command"),

		r.one("client", "FreeRADIUS does not know the CA of the certificate that a device showed (EAP-TLS): ca_file of its eap module", ClientRefused, "TLS Alert write:fatal:unknown CA", "send TLS … Alert, fatal unknown_ca"),
		r.one("client-expired", "the last day of the certificate that a device showed (EAP-TLS) is over", ClientRefused, "TLS Alert write:fatal:certificate expired", "send TLS … Alert, fatal certificate_expired"),
		r.one("device", "a device refuses the certificate of this FreeRADIUS: its profile has no CA, or wants another name", ClientDistrusts, "TLS Alert read:fatal:unknown CA", "TLS Alert read:fatal:certificate unknown", "TLS Alert read:fatal:bad certificate", "recv TLS … Alert, fatal unknown_ca", "recv TLS … Alert, fatal certificate_unknown", "recv TLS … Alert, fatal bad_certificate", "recv TLS … Alert, fatal access_denied", "TLS Alert read:fatal:access denied"),
		r.one("device-expired", "a device finds that the certificate of this FreeRADIUS is out of date", Expired, "TLS Alert read:fatal:certificate expired", "recv TLS … Alert, fatal certificate_expired"),
		r.one("version", "the device and FreeRADIUS have no version of TLS in common (tls_min_version)", ProtocolVersion, "TLS Alert read:fatal:protocol version", "TLS Alert write:fatal:protocol version", "recv TLS … Alert, fatal protocol_version", "send TLS … Alert, fatal protocol_version"),

		q.several("signing", "Squid could not read its CA's certificate or key as the user it runs as, or they do not belong together", []Cause{UnreadableKey, MissingKeyFile, KeyMismatch, NoCertificate}, "No valid signing SSL certificate configured for", "No valid signing certificate configured for"),

		b.several("eof", "Fluent Bit says so of every handshake that did not come about; newer versions add the reason", []Cause{ConnectionBroken, UntrustedRoot, WrongName, ClientLeft}, "[tls] error: unexpected EOF"),
		b.several("verify", "the certificate did not pass; versions before 3.2 do not say why", []Cause{UntrustedRoot, IncompleteChain, SelfSigned, WrongName, Expired}, "[tls] error: unexpected EOF with reason: certificate verify failed"),
		d.several("accept", "Fluentd could not shake hands with a sender, with Ruby's reason behind it", []Cause{ClientLeft, ClientDistrusts, HTTPToTLS, Handshake}, "unexpected error before accepting TLS connection by OpenSSL"),
	)
}

// haskell are the words of the package tls, which stack, cabal, pandoc and Elm repeat.
func haskell() []Entry {
	h := from{"haskell", "hs-tls Network/TLS/Handshake/Certificate.hs, Network/TLS/X509.hs"}
	return []Entry{
		h.several("unknown-ca", "the package tls found no root for the chain; on Windows it sees only the roots that were used before", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "certificate has unknown CA", "certificate rejected: [SelfSigned"),
		h.several("expired", "the package tls says the same of a certificate whose first day is still to come", []Cause{Expired, NotYetValid}, "Error_Protocol (\"certificate has expired", "TlsException‥certificate has expired"),
		h.one("name", "no name of the certificate is the host's", WrongName, "certificate rejected: [NameMismatch"),
		h.one("revoked", "a check of the program's found the certificate revoked", Revoked, "Error_Protocol (\"certificate is revoked"),
		h.several("alert-handshake", "the server ended the handshake (alert 40)", []Cause{Cipher, ProtocolVersion, ServerName, ClientWanted}, "AlertLevel_Fatal,HandshakeFailure"),
		h.one("alert-version", "the other side refused every version that was offered (alert 70)", ProtocolVersion, "AlertLevel_Fatal,ProtocolVersion"),
		h.several("alert-certificate", "the other side refused the certificate that it was shown", []Cause{ClientDistrusts, ClientRefused}, "AlertLevel_Fatal,UnknownCa", "AlertLevel_Fatal,CertificateUnknown", "AlertLevel_Fatal,BadCertificate"),
		h.one("name-unknown", "the server does not know the name that was asked for", ServerName, "AlertLevel_Warning,UnrecognizedName", "AlertLevel_Fatal,UnrecognizedName"),
		h.several("eof", "the other side closed the connection in the middle of the handshake", []Cause{ConnectionBroken, Handshake, PlainHTTP}, "HandshakeFailed Error_EOF"),
		h.several("handshake", "the package tls says that the handshake failed, with the reason in brackets", []Cause{Handshake, ProtocolVersion, Cipher}, "HandshakeFailed (Error_Packet", "HandshakeFailed (Error_Protocol", "HandshakeFailed (Error_Misc"),
	}
}

// unity are the flags of UnityTls, which is mbedTLS inside the games of Unity.
func unity() []Entry {
	u := from{"unity", "Unity-Technologies/curl lib/vtls/unitytls.c, unitytls_interface.h"}
	return []Entry{
		u.one("expired", "the last day of a certificate of the chain is before the clock", Expired, "UNITYTLS_X509VERIFY_FLAG_EXPIRED", "Cert verify failed. Certificate has expired"),
		u.one("revoked", "a revocation list has the certificate", Revoked, "UNITYTLS_X509VERIFY_FLAG_REVOKED"),
		u.one("name", "no name of the certificate is the host's", WrongName, "UNITYTLS_X509VERIFY_FLAG_CN_MISMATCH"),
		u.several("not-trusted", "UnityTls found no root for the chain in the system's store", []Cause{UntrustedRoot, IncompleteChain, SelfSigned}, "UNITYTLS_X509VERIFY_FLAG_NOT_TRUSTED", "Cert verify failed. Certificate is not correctly signed by a trusted CA"),
		u.one("not-yet-valid", "the first day of the certificate is after the clock", NotYetValid, "UNITYTLS_X509VERIFY_FLAG_BADCERT_FUTURE"),
		u.several("not-accepted", "UnityTls has no name for what is wrong with the certificate", []Cause{UntrustedRoot, IncompleteChain, SelfSigned, Expired, WrongName}, "Cert verify failed. Certificate could not be verified", "UNITYTLS_X509VERIFY_FLAG_UNKNOWN_ERROR", "UNITYTLS_X509VERIFY_FLAG_USER_ERROR1", "UNITYTLS_X509VERIFY_FLAG_BADCERT_OTHER"),
		u.several("fatal", "UnityTls could not shake hands; it is not the certificate that failed", []Cause{Handshake, ProtocolVersion, ConnectionBroken, Proxy}, "UNITYTLS_X509VERIFY_FATAL_ERROR"),
	}
}
