package command

import "io/fs"

// exposedMode is empty: what Go shows as a mode on Windows says nothing about access.
func exposedMode(fs.FileInfo) string { return "" }
