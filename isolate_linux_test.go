package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

// isolatedVariable marks the process that isolate started.
const isolatedVariable = "DEVCA_TEST_ISOLATED"

// systemStores are the folders in which Linux systems keep trusted roots, and
// where the system-wide policies and databases of browsers are. All of /etc, since
// some of its folders are made by an installation.
var systemStores = []string{
	"/etc", "/usr/local/share/ca-certificates", "/usr/share/pki", "/usr/share/ca-certificates",
}

// isolate runs the tests again in a mount namespace of their own, in which the
// system's trust stores are copies: a script may change them like a person
// would, and the machine stays as it was. Users other than root cannot change
// these stores, so they need no isolation.
func isolate() {
	if os.Getuid() != 0 {
		return
	}
	if os.Getenv(isolatedVariable) != "" {
		if err := copyStores(); err != nil {
			fmt.Fprintln(os.Stderr, "copying the system's trust stores:", err)
			os.Exit(1)
		}
		return
	}
	self := exec.Command("/proc/self/exe", os.Args[1:]...)
	self.Args[0] = os.Args[0]
	self.Env = append(os.Environ(), isolatedVariable+"=1")
	self.Stdin, self.Stdout, self.Stderr = os.Stdin, os.Stdout, os.Stderr
	self.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	// go test's signals reach the whole process group; the child answers them.
	// (Ignoring them here would make the child ignore them, too.)
	signal.Notify(make(chan os.Signal, 1), os.Interrupt, syscall.SIGQUIT)
	err := self.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		os.Exit(exit.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "these tests change trust stores and, as root, run in a mount namespace of their own:", err)
		fmt.Fprintln(os.Stderr, "allow CAP_SYS_ADMIN to the container, or run them as another user")
		os.Exit(1)
	}
	os.Exit(0)
}

// copyStores puts a copy in memory over each store.
func copyStores() error {
	if err := syscall.Mount("", "/", "", syscall.MS_PRIVATE|syscall.MS_REC, ""); err != nil {
		return fmt.Errorf("making the mounts private: %w", err)
	}
	copies, err := os.MkdirTemp("", "devca-stores-")
	if err != nil {
		return err
	}
	// Mounted over itself, the copy vanishes with the namespace.
	if err := syscall.Mount("tmpfs", copies, "tmpfs", 0, "mode=755"); err != nil {
		return fmt.Errorf("mounting %s: %w", copies, err)
	}
	for _, store := range systemStores {
		if info, err := os.Stat(store); err != nil || !info.IsDir() {
			continue
		}
		target := filepath.Join(copies, store)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if out, err := exec.Command("cp", "-a", store, target).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		if err := syscall.Mount(target, store, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("covering %s: %w", store, err)
		}
	}
	if err := syscall.Unmount(copies, syscall.MNT_DETACH); err != nil {
		return err
	}
	return os.Remove(copies)
}
