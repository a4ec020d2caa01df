package environment

import "strings"

// Names of variables have no case on Windows.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }
