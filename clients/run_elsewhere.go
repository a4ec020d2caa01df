//go:build !linux

package clients

func holdThread() (release func()) { return func() {} }
