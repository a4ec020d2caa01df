package clients

// What tests in package clients_test look at.
var (
	Clean       = clean
	CurlVersion = curlVersion
	WgetVersion = wgetVersion
	NetVerdict  = netVerdict
)

// GitVerdict judges what git printed.
func GitVerdict(address, text string) Verdict {
	return (&errand{address: address}).gitVerdict(said{err: text, status: 128})
}

// FirefoxDefault is the profile that a Firefox starts with.
func FirefoxDefault(g Ground, program string) string { return g.firefoxDefault(program) }

// TrustSettings are the settings that are copied out of a profile.
var TrustSettings = trustSettings
