package diag

// Somebody else's root certificate, from a file or an https address.
const (
	// FetchAddress is an address from which no root is fetched.
	FetchAddress Code = "fetch/address"
	// FetchUntrusted is a server that this machine does not trust, and no fingerprint to judge by.
	FetchUntrusted Code = "fetch/untrusted"
	// FetchFailed is a server that did not deliver.
	FetchFailed Code = "fetch/failed"
	// FetchNothing is a file or an answer without a certificate.
	FetchNothing Code = "fetch/nothing"
	// FetchSeveral is several certificates and nothing that picks one.
	FetchSeveral Code = "fetch/several"
	// FetchFingerprint means that there is another certificate than the fingerprint names.
	FetchFingerprint Code = "fetch/fingerprint"
)
