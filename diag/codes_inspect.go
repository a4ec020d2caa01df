package diag

// Looking at files and servers.
const (
	// InspectUnreadable is an input in which something could not be read.
	InspectUnreadable Code = "inspect/unreadable"
	// InspectNothing is an input without anything to show.
	InspectNothing Code = "inspect/nothing-found"
	// InspectUnreachable is a server that could not be reached or speaks no TLS.
	InspectUnreachable Code = "inspect/unreachable"
)
