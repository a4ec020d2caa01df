//go:build !windows

package environment

func sameName(a, b string) bool { return a == b }
