package diag

// Names and keys of certificates.
const (
	// NameInvalid is text that is no DNS name, IP address, e-mail address or URI.
	NameInvalid Code = "names/invalid"
	// NameWithPort is a name with a port or an https URL where a name was meant.
	NameWithPort Code = "names/port"
	// NameWildcard is a wildcard that clients refuse.
	NameWildcard Code = "names/wildcard"
	// NameUnderscore is a DNS name with an underscore, which some clients refuse.
	NameUnderscore Code = "names/underscore"
	// NameNotPermitted is a name outside the CA's name constraints.
	NameNotPermitted Code = "names/not-permitted"
	// NamePublicIP is an IP address of the public Internet.
	NamePublicIP Code = "names/public-ip"

	// KeyWeak is a public key that clients refuse or that protects nothing.
	KeyWeak Code = "key/weak"
	// KeyEd25519 warns that browsers refuse Ed25519 certificates.
	KeyEd25519 Code = "key/ed25519"

	// RequestInvalid is a certificate request that cannot be read or whose signature is wrong.
	RequestInvalid Code = "request/invalid"
	// RequestCA is a certificate request that asks to become a CA.
	RequestCA Code = "request/ca"
)
