package diag

// Whether a certificate was taken back: asking others, and answering.
const (
	// RevocationAddress is an address from which no list, answer or certificate is fetched.
	RevocationAddress Code = "revocation/address"
	// RevocationFailed is a server that did not deliver.
	RevocationFailed Code = "revocation/failed"
	// RevocationNothing is an answer that holds no list or no certificate.
	RevocationNothing Code = "revocation/nothing"
	// OCSPPort is an address or a port that the responder cannot listen at.
	OCSPPort Code = "ocsp/port"
)
