package diag

// Judging certificates. What is wrong with a chain has the name of a rule as its
// code (docs/verification.md); these are about the work itself.
const (
	// VerifyNothing is an input without a certificate to judge.
	VerifyNothing Code = "verify/nothing-found"
	// VerifyRoots is a file of roots, intermediates or lists that cannot be used.
	VerifyRoots Code = "verify/cannot-read"
	// VerifyPin is a chain in which no key is the pinned one.
	VerifyPin Code = "verify/pin-mismatch"
	// VerifyExpiresSoon is a certificate that is valid, and not for long.
	VerifyExpiresSoon Code = "verify/expires-soon"
	// VerifyClientWanted is a server that ends the connection for want of a client's certificate.
	VerifyClientWanted Code = "verify/client-certificate-wanted"
	// VerifyClientRefused is a server that does not take the client's certificate.
	VerifyClientRefused Code = "verify/client-certificate-refused"
	// VerifyClientAsked is a server that asks for a client's certificate and does without.
	VerifyClientAsked Code = "verify/client-certificate-asked"
	// VerifyHandshake is a handshake that fails after the certificates came.
	VerifyHandshake Code = "verify/handshake-fails"
	// VerifyWithoutName is a server that shows another certificate if no name is sent.
	VerifyWithoutName Code = "verify/another-without-name"
	// VerifyOldToo is a server that speaks TLS 1.1 or older besides newer versions.
	VerifyOldToo Code = "verify/old-tls-too"
)
