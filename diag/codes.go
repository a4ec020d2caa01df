package diag

// Every code that devca can print. A test demands for each of them a heading
// in docs/errors.md and a script under testdata/script that provokes it.
const (
	// Internal is a failure nobody foresaw: an I/O error, a full disk.
	Internal Code = "internal/unexpected"
	// Interrupted means that the person or the system stopped the work.
	Interrupted Code = "internal/interrupted"

	// UsageUnknown is an unknown command or flag, or a wrong value of one.
	UsageUnknown Code = "usage/unknown"
	// UsageArguments is a wrong number or combination of arguments.
	UsageArguments Code = "usage/arguments"
)
