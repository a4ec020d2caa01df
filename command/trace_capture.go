package command

import (
	"bytes"
	"net/netip"
	"os"

	"devca/diag"
	"devca/internal/atomicfile"
	"devca/pcapng"
)

// writeCapture writes the connections for Wireshark. The keys are in the file, so
// that only its owner may read it.
func (w *traceWork) writeCapture(o *traceOptions) error {
	var connections []pcapng.Connection
	var secrets []byte
	for _, t := range []*traced{w.first, w.second} {
		if t == nil {
			continue
		}
		client, _ := netip.ParseAddrPort(t.local) // what is not an address gets one of the documentation's
		server, _ := netip.ParseAddrPort(t.remote)
		connections = append(connections, pcapng.Connection{Client: client, Server: server, Recording: t.session.Recording()})
		secrets = t.session.Keys.Lines() // one log for both
	}
	var file bytes.Buffer
	if err := pcapng.Write(&file, secrets, connections); err != nil {
		return err
	}
	return writeTraceFile(o.pcapng, file.Bytes(), privateFile, o.force)
}

const (
	privateFile = os.FileMode(0o600)
	publicFile  = os.FileMode(0o644)
)

// writeTraceFile puts a file in place, and none that was there out of it.
func writeTraceFile(name string, data []byte, mode os.FileMode, force bool) error {
	if _, err := os.Lstat(name); err == nil && !force {
		return diag.New(diag.TraceFile, "there is already a file "+name).
			Fix("choose another name, or replace it with --force", "")
	}
	if err := atomicfile.Write(atomicfile.File{Path: name, Data: data, Mode: mode}); err != nil {
		return diag.New(diag.TraceFile, "the trace cannot be written to "+name).From(err).
			Fix("write it where you may", "devca trace HOST --pcapng ./handshake.pcapng")
	}
	return nil
}
