package diag

// What leaves the CA's directory for other machines and devices.
const (
	// ExportRootKey means that an export would need the root's own key.
	ExportRootKey Code = "export/root-key"
	// ExportIssuingKey warns that an export holds the issuing CA's key.
	ExportIssuingKey Code = "export/issuing-key"
	// ExportUnsigned warns of a configuration profile without a signature.
	ExportUnsigned Code = "export/unsigned"
)

// Serving the root to phones.
const (
	// MobileNoNetwork is a machine that is in no network but its own.
	MobileNoNetwork Code = "mobile/no-network"
	// MobileAddress is an address that is not this machine's.
	MobileAddress Code = "mobile/address"
	// MobilePort is a port on which nothing can be served.
	MobilePort Code = "mobile/port"
)
