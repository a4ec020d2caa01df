package diag

// Certificates that are broken on purpose.
const (
	// BadSSLKind is a kind of fault that there is not.
	BadSSLKind Code = "badssl/kind"
	// BadSSLName is a name for which no broken certificate is made.
	BadSSLName Code = "badssl/name"
	// BadSSLServer is a fault that no file can have.
	BadSSLServer Code = "badssl/server"
	// BadSSLTrusted is a fault that devca's own CA does not sign.
	BadSSLTrusted Code = "badssl/trusted"
	// BadSSLAddress is an address at which broken certificates are not shown.
	BadSSLAddress Code = "badssl/address"
	// BadSSLPort is a port that cannot be used.
	BadSSLPort Code = "badssl/port"
)
