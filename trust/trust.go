// Package trust reads and changes the trust stores of a machine: which stores
// there are, whether each trusts a root certificate, what would change it, and
// the change itself. It knows nothing of devca's own CA: any *x509.Certificate
// can be installed, so the package can be used alone.
//
// Detect finds the stores. A Change installs a root in them or uninstalls it,
// store by store: one that fails does not stop the next. What a store says
// after a change is always read back from the store, never concluded from the
// change having succeeded. A Journal remembers what was changed, so that a later
// uninstall can take away everything, also after a kill.
//
// The package never prints and never starts a shell. Every command goes through
// Machine.Run as an argument list; the exception is smallstep/truststore, which
// starts its own, and is used for the system store only (library.go says why).
package trust

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"

	"devca/diag"
)

// Kind sorts stores by how they are handled. The words are mkcert's, and are the
// values of --stores and $TRUST_STORES.
type Kind string

// The kinds of stores.
const (
	KindSystem Kind = "system"
	KindNSS    Kind = "nss"
	KindJava   Kind = "java"
	KindPolicy Kind = "policy" // not mkcert's: the administrators' files of browsers
)

// Kinds lists all kinds in the order in which they are shown.
func Kinds() []Kind { return []Kind{KindSystem, KindPolicy, KindNSS, KindJava} }

// State is what a store says about a root.
type State string

// The states. Trusted means that clients of the store accept certificates under
// the root; Untrusted that the root is in the store and they refuse them.
const (
	Trusted     State = "trusted"
	Untrusted   State = "untrusted"
	Absent      State = "absent"
	Unreadable  State = "unreadable"
	Unsupported State = "unsupported"
)

// String gives the words for people; the value itself is the word for programs.
func (s State) String() string {
	if s == Untrusted {
		return "present but not trusted"
	}
	return string(s)
}

// Reading is a store's state as read just now.
type Reading struct {
	State   State
	Detail  string      // more about it, or empty
	Finding *diag.Error // why it is unreadable or unsupported, with the way out
}

// Action is the direction of a change.
type Action string

// The two directions.
const (
	Install   Action = "install"
	Uninstall Action = "uninstall"
)

// Root is the certificate that a change is about. A Root without a certificate
// stands for one that does not exist yet; plans can be made with it.
type Root struct {
	Certificate *x509.Certificate
	Path        string // a PEM file with it, for commands that a person pastes
}

// Fingerprint is the SHA-256 of the certificate in lowercase hex.
func (r Root) Fingerprint() string {
	if r.Certificate == nil {
		return ""
	}
	sum := sha256.Sum256(r.Certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// fileName is the name of the root in stores that are folders, and the alias in
// Java's. The fingerprint keeps roots of all makers apart; serial numbers do not.
func (r Root) fileName() string {
	if r.Certificate == nil {
		return namePrefix + "FINGERPRINT"
	}
	return namePrefix + r.Fingerprint()[:16]
}

// namePrefix shows people whose the files and entries are.
const namePrefix = "devca_"

// Step is one thing that a change does, in words and as the command that does
// the same by hand.
type Step struct {
	Why    string   // "add the root to the database"
	Argv   []string // the command
	Stdin  string   // what the command reads, or empty
	AsRoot bool     // the command needs root
	Runs   []string // the programs that do it in a change, where that is not the command
}

// Line is the command as a POSIX shell reads it, with sudo where it needs root
// and the person is not.
func (s Step) Line(isRoot bool) string {
	argv := s.Argv
	if s.AsRoot && !isRoot {
		argv = append([]string{"sudo"}, argv...)
	}
	line := diag.CommandLine(argv...)
	if s.Stdin != "" {
		line = `printf '%s\n' ` + diag.CommandLine(strings.TrimSuffix(s.Stdin, "\n")) + " | " + line
	}
	return line
}

// About is what is known of a store without reading it.
type About struct {
	// ID names the store for good: "system", "nss:/home/u/.pki/nssdb", "java:/opt/jdk/lib/security/cacerts".
	ID   string
	Kind Kind
	// Title is short, for a table.
	Title string
	// Clients names programs that read the store.
	Clients []string
	// Place is the file or folder that the clients read, or the system's own name for it.
	Place string
	// Follows is the ID of the store that this one is a copy of, or empty. Such a
	// store is never changed itself: the system rebuilds it.
	Follows string
	// Privileged tells that the store is not the person's own: changing it takes root.
	Privileged bool
}

// Store is one trust store of the machine. Methods may be called in any order.
// A store is not safe for concurrent use; two stores are.
type Store interface {
	// About describes the store. It reads nothing.
	About() About
	// Status reads the store. It changes nothing.
	Status(ctx context.Context, root Root) Reading
	// Plan says what Apply does. It changes nothing.
	Plan(ctx context.Context, root Root, action Action) []Step
	// Apply changes the store. Its success proves nothing: call Status.
	Apply(ctx context.Context, root Root, action Action) error
}

// Planned is a change that is to be made by hand before another.
type Planned struct {
	Root   Root
	Action Action
}

// layered is a store whose commands write a whole file, so that each has to build on
// those before it: pasted one after the other, the second would undo the first.
type layered interface {
	PlanAfter(ctx context.Context, before []Planned, root Root, action Action) []Step
}

// PlanAfter is a store's plan for when the changes before were made.
func PlanAfter(ctx context.Context, store Store, before []Planned, root Root, action Action) []Step {
	if s, ok := store.(layered); ok {
		return s.PlanAfter(ctx, before, root, action)
	}
	return store.Plan(ctx, root, action)
}

// lister is a store that can say which roots people or programs added to it, as
// opposed to those that it came with.
type lister interface {
	Certificates(ctx context.Context) ([]*x509.Certificate, error)
}

// keeper is a store that changes files whose bytes come back at uninstall, when
// nobody else changed them in between.
type keeper interface {
	// Keeps lists the files, by paths without symbolic links.
	Keeps() []string
}

// creator is a store that makes files that were not there.
type creator interface {
	// Creates lists what Apply would create now, outermost folder first.
	Creates() []string
	// Discard removes those of the created paths that hold nothing of anybody else.
	Discard(ctx context.Context, created []string) error
}
