//go:build !windows

package trust

// registeredJava is for Windows, whose registry knows what was installed.
func registeredJava() []string { return nil }
