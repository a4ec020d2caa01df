//go:build !windows

package trust

// systemOfWindows stands for what only a program for Windows can call.
func systemOfWindows(*Machine) Store { return unsupportedStore{} }
