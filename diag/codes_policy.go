package diag

// Browsers' policies.
const (
	// PolicyInvalid is a policy file that the browser cannot read, and that devca does not touch.
	PolicyInvalid Code = "policy/invalid"
	// PolicyConflict is a browser whose other policy files leave no place for a root.
	PolicyConflict Code = "policy/conflict"
	// PolicyNSSIgnored is a policy that makes Chromium ignore the NSS databases.
	PolicyNSSIgnored Code = "policy/nss-ignored"
)
