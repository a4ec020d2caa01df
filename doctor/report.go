// Package doctor examines a machine, and a server or a failed command if it is
// given one: why does a client not connect? It asks every other room, orders what
// they find so that the cause comes first, and knows which findings can be mended
// from here.
//
// Every state in a Report was read from where it is kept. What could not be read
// says so, and is never taken for sound.
package doctor

import (
	"time"

	"devca/diag"
	"devca/trust"
)

// State is what a check found.
type State string

// The states of a check.
const (
	OK            State = "ok"
	Problem       State = "problem" // a client refuses, or a command cannot work
	Warning       State = "warning" // it works, and something about it will hurt
	NotApplicable State = "not_applicable"
	Unread        State = "unread" // it could not be found out
)

// String gives the words for people.
func (s State) String() string {
	switch s {
	case NotApplicable:
		return "not applicable"
	case Unread:
		return "could not be read"
	}
	return string(s)
}

// Report is what was found. It is also the JSON answer of devca doctor.
type Report struct {
	At      time.Time `json:"at"`
	Healthy bool      `json:"healthy"` // no finding is an error
	Machine Place     `json:"machine"`
	Target  *Target   `json:"target,omitempty"`  // the server that was asked
	Command *Command  `json:"command,omitempty"` // the command that was run
	// Findings are ordered: the first is the cause, or what to mend first.
	Findings []Finding `json:"findings"`
	Checks   []Check   `json:"checks"`
	Stores   []Store   `json:"stores"`
	// Certificates are those that matter, the one that ends next first.
	Certificates []Certificate `json:"certificates"`
	Clients      []Client      `json:"clients,omitempty"` // that were asked for the target
	Mended       *Mended       `json:"mended,omitempty"`  // what --fix did
}

// Diagnosis is the first thing to tell a person: the cause, in one sentence.
func (r *Report) Diagnosis() string {
	if r.Troubled() {
		return r.Findings[0].What
	}
	return "nothing is wrong"
}

// Place is where the report was made.
type Place struct {
	System    string `json:"system"`              // linux, darwin, windows, …
	Account   string `json:"account"`             // whose stores were read
	Home      string `json:"home"`                // of the account
	ViaSudo   bool   `json:"via_sudo"`            // root on behalf of the account
	Root      bool   `json:"root"`                // may change what belongs to the system
	Container string `json:"container,omitempty"` // docker, podman, …: how it was told; empty: none was seen
	Directory string `json:"directory"`           // of the CA
}

// Finding is something to act on.
type Finding struct {
	diag.Finding

	Check string `json:"check"` // whose finding it is
	// Automatic is what devca doctor --fix does about it; empty: that is for a person.
	Automatic string `json:"automatic,omitempty"`

	rank   rank
	repair *repair
}

// Check is one question about the machine or the server, with its answer.
type Check struct {
	ID       string         `json:"id"`
	Title    string         `json:"title"`
	State    State          `json:"state"`
	Detail   string         `json:"detail"` // what was read, in a few words
	Findings []diag.Finding `json:"findings,omitempty"`
	Took     time.Duration  `json:"took_ns"`
}

// Store is a trust store and what it says about the current root.
type Store struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Kind    trust.Kind    `json:"kind"`
	Clients []string      `json:"clients"`
	Place   string        `json:"place,omitempty"`
	State   trust.State   `json:"state"`
	Detail  string        `json:"detail,omitempty"`
	Finding *diag.Finding `json:"finding,omitempty"`
}

// Certificate is one that this machine depends on.
type Certificate struct {
	Kind     string    `json:"kind"` // root, issuing, leaf, or server: shown by the target
	Name     string    `json:"name"`
	SHA256   string    `json:"sha256"`
	File     string    `json:"file,omitempty"`
	NotAfter time.Time `json:"not_after"`
	State    State     `json:"state"`
	Detail   string    `json:"detail"` // "in 820 days", "expired 3 days ago"
}

// Target is the server that was asked.
type Target struct {
	URL      string   `json:"url"`
	Address  string   `json:"address,omitempty"` // that answered
	Version  string   `json:"version,omitempty"` // of TLS
	Names    []string `json:"names,omitempty"`   // that its certificate is for
	Anchored bool     `json:"anchored"`          // a path leads to a root that this machine knows
	Source   string   `json:"trusted_by,omitempty"`
	Accepted bool     `json:"accepted"` // verify's answer for every client that it knows
}

// Answer is how a client that was really asked answered.
type Answer string

// The answers.
const (
	Connects Answer = "connects"
	Refuses  Answer = "refuses"
	Fails    Answer = "fails" // to reach the server, for a reason that its output tells
	NotAsked Answer = "not asked"
)

// Client is a program of this machine, and how it answered when it was asked for
// the target.
type Client struct {
	ID      string        `json:"id"` // node-22
	Name    string        `json:"name"`
	Version string        `json:"version,omitempty"`
	Path    string        `json:"path,omitempty"`
	Answer  Answer        `json:"answer"`
	Said    string        `json:"said,omitempty"`  // the line of its output that says why
	Code    string        `json:"code,omitempty"`  // of the entry in the catalogue of devca explain
	Cause   string        `json:"cause,omitempty"` // in one sentence
	Fixes   []diag.Fix    `json:"fixes,omitempty"`
	Took    time.Duration `json:"took_ns"`

	known bool // another check has the cause
}

// Command is the command that was run.
type Command struct {
	Argv   []string `json:"argv"`
	Exit   int      `json:"exit"` // as a shell reports it; 128 and more: ended by a signal
	Said   string   `json:"said,omitempty"`
	Code   string   `json:"code,omitempty"`
	Cause  string   `json:"cause,omitempty"`
	URL    string   `json:"url,omitempty"` // that it could not reach
	Host   string   `json:"host,omitempty"`
	Client string   `json:"client,omitempty"` // the program that said so
}

// Mended is what --fix did, or would do.
type Mended struct {
	DryRun  bool     `json:"dry_run"`
	Repairs []Repair `json:"repairs"`
	Remains int      `json:"remains"` // findings of the severity error that are left
}

// Repair is one thing that --fix did.
type Repair struct {
	Do      string        `json:"do"`
	Steps   []string      `json:"steps,omitempty"` // the same by hand
	Done    bool          `json:"done"`            // without an error; the report is of after that
	Finding *diag.Finding `json:"finding,omitempty"`
}

// Troubled says whether there is more than remarks.
func (r *Report) Troubled() bool {
	return len(r.Findings) > 0 && r.Findings[0].Severity != diag.SeverityNotice
}

// Errors counts what is wrong.
func (r *Report) Errors() int {
	n := 0
	for _, finding := range r.Findings {
		if finding.Severity == diag.SeverityError {
			n++
		}
	}
	return n
}
