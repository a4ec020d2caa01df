package diag

// Roots of others: those that devca trust installs, and those of other tools.
const (
	// OthersNotARoot is a certificate that is no root: a server's, or an issuing CA's.
	OthersNotARoot Code = "others/not-a-root"
	// OthersExpired is a root that is valid no longer, or not yet.
	OthersExpired Code = "others/expired"
	// OthersKey is a private key in a file that should hold a root only.
	OthersKey Code = "others/private-key"
	// OthersUnconstrained is somebody else's root that may sign for every name.
	OthersUnconstrained Code = "others/unconstrained"
	// OthersUnknown is a name that no root of others on this machine goes by.
	OthersUnknown Code = "others/unknown"
)
