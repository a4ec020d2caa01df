//go:build !windows

package command

import (
	"fmt"
	"io/fs"
)

// exposedMode is the mode of a file that others can read.
func exposedMode(info fs.FileInfo) string { return fmt.Sprintf("%04o", info.Mode().Perm()) }
