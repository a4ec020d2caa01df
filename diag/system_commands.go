package diag

import "runtime"

// Listeners is the command of this system that lists what listens on it.
func Listeners() string {
	switch runtime.GOOS {
	case "windows":
		return "netstat -ano -p TCP"
	case "darwin", "freebsd":
		return "netstat -an -p tcp"
	}
	return "ss -ltn"
}

// WhereIs is the command of this system that says which file a program's name means.
func WhereIs(program string) string {
	if runtime.GOOS == "windows" {
		return CommandLine("where.exe", program)
	}
	return CommandLine("command", "-v", program)
}

// LookUp is the command of this system that asks its resolver for a host, and with it
// the hosts file, which nslookup does not read.
func LookUp(host string) string {
	switch runtime.GOOS {
	case "windows":
		return CommandLine("ping", "-n", "1", host)
	case "darwin":
		return CommandLine("dscacheutil", "-q", "host", "-a", "name", host)
	}
	return CommandLine("getent", "hosts", host)
}
