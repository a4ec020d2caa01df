//go:build linux || freebsd

package trust

import "github.com/smallstep/truststore"

// libraryAnchors is where the library puts a root, with %s for the name, and
// what it runs afterwards. It chose both by the folders it found at start.
func libraryAnchors() (template string, command []string) {
	return truststore.SystemTrustFilename, truststore.SystemTrustCommand
}
