//go:build !windows

package diag

import "strings"

// UseEnvironment is the line that sets devca env's variables in a shell of this system.
const UseEnvironment = `eval "$(devca env)"`

// Export is the line that sets a variable in a shell of this system.
func Export(name, value string) string { return "export " + name + "=" + CommandLine(value) }

// Unset is the line that takes variables away.
func Unset(names ...string) string { return "unset " + strings.Join(names, " ") }
