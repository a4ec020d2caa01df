package diag

// PKCS#12 files.
const (
	// PKCS12Password is a PKCS#12 file that the password given does not open.
	PKCS12Password Code = "pkcs12/wrong-password"
	// PKCS12Unreadable is a PKCS#12 file that cannot be read.
	PKCS12Unreadable Code = "pkcs12/unreadable"
)
