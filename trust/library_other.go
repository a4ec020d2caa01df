//go:build !linux && !freebsd

package trust

// libraryAnchors is empty where the store is no folder.
func libraryAnchors() (template string, command []string) { return "", nil }
