package diag

// What can be wrong with a configuration of a server that is asked for.
const (
	// ConfigUnknown is a server that there is no configuration for.
	ConfigUnknown Code = "config/unknown-server"
	// ConfigNoCertificate is a configuration for names that nothing was issued for.
	ConfigNoCertificate Code = "config/no-certificate"
	// ConfigText is a value that would mean something else in the server's language.
	ConfigText Code = "config/unsafe-text"
	// ConfigImpossible is a wish that the server has no means for.
	ConfigImpossible Code = "config/not-possible"
	// ConfigFile is a file of --out that somebody else wrote.
	ConfigFile Code = "config/file"
)
