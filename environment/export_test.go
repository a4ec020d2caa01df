package environment

// ValuesOf is for the fuzz target.
func ValuesOf(text, key string) []string { return valuesOf(text, key) }
