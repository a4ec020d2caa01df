package diag

// What operating systems say when their own stores are changed.
const (
	// TrustDialogCancelled is a dialog of the operating system that was answered with no.
	TrustDialogCancelled Code = "trust/dialog-cancelled"
	// TrustNoAnswer is a dialog of the operating system that nobody answered in time.
	TrustNoAnswer Code = "trust/no-answer"
	// TrustNoScreen is a Mac that wants its change confirmed where nobody can see the dialog.
	TrustNoScreen Code = "trust/no-screen"
	// TrustAccessDenied is a store of Windows or macOS that this user may not change.
	TrustAccessDenied Code = "trust/access-denied"
	// TrustDistrusted is a root that somebody put among the certificates to refuse.
	TrustDistrusted Code = "trust/distrusted"
	// TrustInterop is a Linux under WSL that cannot start programs of Windows.
	TrustInterop Code = "trust/wsl-interop"
)
