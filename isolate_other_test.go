//go:build !linux

package main

// isolate does nothing here: the stores of macOS and Windows are changed by
// programs that scripts replace with fakes.
func isolate() {}
