package diag

import "strings"

// quote is for cmd.exe and PowerShell both: a backslash is a character like any
// other, and double quotes hold what has spaces together. Their ways of writing
// a double quote differ; no path or name has one.
func quote(arg string) string {
	if arg != "" && strings.Trim(arg, plain+`\*`) == "" {
		return arg
	}
	return `"` + arg + `"`
}
