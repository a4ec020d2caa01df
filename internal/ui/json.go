package ui

import "encoding/json"

// SchemaVersion of the JSON envelope. Adding fields keeps it; changing or
// removing one raises it.
const SchemaVersion = 1

// Envelope is what every command prints under --json: either Result or Error
// is set. Times are RFC 3339 in UTC, fingerprints lowercase hex.
type Envelope struct {
	SchemaVersion int    `json:"schema_version"`
	Command       string `json:"command"`
	Result        any    `json:"result,omitempty"`
	Error         any    `json:"error,omitempty"`
}

// JSON writes the envelope to Out.
func (s *Streams) JSON(e Envelope) error {
	e.SchemaVersion = SchemaVersion
	encoder := json.NewEncoder(s.Out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(e)
}
