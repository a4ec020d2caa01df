package diag

// Looking at files and servers.
const (
	// InspectFile is a file that is not there or cannot be opened.
	InspectFile Code = "inspect/file"
	// InspectNothing is an input without anything to show.
	InspectNothing Code = "inspect/nothing-found"
	// InspectUnreadable is an input in which something could not be read.
	InspectUnreadable Code = "inspect/unreadable"
	// InspectExposed is a file with a private key that others can read.
	InspectExposed Code = "inspect/exposed-key"
)
