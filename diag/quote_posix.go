//go:build !windows

package diag

import "strings"

// quote is for POSIX shells.
func quote(arg string) string {
	if arg != "" && strings.Trim(arg, plain+"%") == "" {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
