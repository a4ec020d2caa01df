package diag

// Whether a certificate was taken back: asking others, and answering.
const (
	// OCSPPort is an address or a port that the responder cannot listen at.
	OCSPPort Code = "ocsp/port"
)
