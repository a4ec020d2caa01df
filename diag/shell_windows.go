package diag

import "strings"

// UseEnvironment is the line that sets devca env's variables in PowerShell, which is
// in every Windows; cmd.exe cannot run another program's output.
const UseEnvironment = "devca env --shell pwsh | Out-String | Invoke-Expression"

// Export is the line that sets a variable in PowerShell. A single quote is doubled
// (about_Quoting_Rules).
func Export(name, value string) string {
	return "$env:" + name + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
}

// Unset is the line that takes variables away.
func Unset(names ...string) string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = "Env:" + name
	}
	return "Remove-Item " + strings.Join(paths, ", ")
}
