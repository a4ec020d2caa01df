package diag

// What keeps an environment from being prepared.
const (
	// EnvNoRoots is a system whose trusted roots cannot be read.
	EnvNoRoots Code = "env/no-roots"
	// EnvMissing is a variable that names a file without certificates.
	EnvMissing Code = "env/missing-file"
	// EnvNothing is an environment that devca has not changed.
	EnvNothing Code = "env/nothing-to-undo"
	// EnvShell is a value that a format cannot express.
	EnvShell Code = "env/not-expressible"
	// EnvCommand is a command that cannot be started.
	EnvCommand Code = "env/command"
)
