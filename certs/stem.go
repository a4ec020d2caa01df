package certs

import (
	"strconv"
	"strings"
)

// FileStem proposes the name of the files that hold a certificate, as mkcert
// does, so that habits and scripts carry over: the first name, "+N" for N more,
// "-client" for a client certificate. It is one plain file name on every
// system: no separator, no leading dot or hyphen, at most 100 bytes before the
// suffixes.
func FileStem(names Names, client bool) string {
	stem := ""
	if len(names.order) > 0 {
		stem = plainFileName(names.order[0])
	}
	if len(names.order) > 1 {
		stem += "+" + strconv.Itoa(len(names.order)-1)
	}
	if client {
		stem += "-client"
	}
	return stem
}

func plainFileName(name string) string {
	name = strings.Replace(name, "*", "_wildcard", 1)
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-+@", r):
			return r
		}
		return '_'
	}, name)
	name = name[:min(len(name), 100)]
	// A leading hyphen would read as a flag, a leading dot hides the file;
	// Windows drops a final dot.
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") {
		name = "_" + name[1:]
	}
	name = strings.TrimRight(name, ".")
	if name == "" || reservedOnWindows(name) {
		name = "_" + name
	}
	return name
}

// reservedOnWindows tells device names, which are no files whatever their extension.
func reservedOnWindows(name string) bool {
	device, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch device {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(device) == 4 && (strings.HasPrefix(device, "COM") || strings.HasPrefix(device, "LPT")) && device[3] >= '0' && device[3] <= '9'
}
