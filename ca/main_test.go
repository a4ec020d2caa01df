package ca_test

import (
	"bufio"
	"crypto/x509"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"devca/ca"
	"devca/certs"
)

// workVariable makes the test binary a process of its own that works on a CA
// directory, for tests that run several at once or kill them.
const workVariable = "DEVCA_TEST_WORK"

// beginVariable has such a process print an empty line when it begins its work.
const beginVariable = "DEVCA_TEST_BEGIN"

func TestMain(m *testing.M) {
	if os.Getenv(beginVariable) != "" {
		fmt.Println()
	}
	switch os.Getenv(workVariable) {
	case "create":
		os.Exit(create(os.Args[1]))
	case "issue":
		count := math.MaxInt
		if len(os.Args) > 3 {
			count, _ = strconv.Atoi(os.Args[3])
		}
		os.Exit(issue(os.Args[1], os.Args[2], count))
	case "crl":
		os.Exit(makeLists(os.Args[1], os.Args[2]))
	}
	os.Exit(m.Run())
}

// create opens or creates the authority and prints its id.
func create(path string) int {
	dir, err := ca.Locate(path, os.Getenv)
	if err == nil {
		var a *ca.Authority
		if a, _, err = dir.OpenOrCreate(ca.Options{}); err == nil {
			fmt.Println(a.ID)
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// issue issues under names of its own, and prints each serial number once the
// certificate is promised.
func issue(path, prefix string, count int) int {
	dir, err := ca.Locate(path, os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	a, err := dir.Open()
	for i := 0; err == nil && i < count; i++ {
		var e ca.Entry
		name := fmt.Sprintf("%s%d.test", prefix, i)
		if e, err = dir.Fulfil(a, order(filepath.Join(path, "out"), name), time.Now()); err == nil {
			fmt.Println(e.Serial)
		}
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// makeLists makes revocation lists and prints their numbers.
func makeLists(path, count string) int {
	dir, err := ca.Locate(path, os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	a, err := dir.Open()
	times, _ := strconv.Atoi(count)
	for i := 0; err == nil && i < times; i++ {
		var list *x509.RevocationList
		if list, err = dir.RevocationList(a, time.Now(), time.Hour); err == nil {
			fmt.Println(list.Number)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func order(folder string, names ...string) ca.Order {
	parsed, err := certs.ParseNames(names, false)
	if err != nil {
		panic(err)
	}
	stem := filepath.Join(folder, certs.FileStem(parsed, false))
	now := time.Now()
	return ca.Order{
		Request: certs.Request{Names: parsed, NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, 90)}, KeyType: certs.P256,
		Files: certs.Files{Cert: stem + ".pem", Key: stem + "-key.pem"},
	}
}

// process starts this binary to do work on a directory.
func process(work, path string, args ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], append([]string{path}, args...)...)
	command.Env = append(os.Environ(), workVariable+"="+work, "GORACE=atexit_sleep_ms=0")
	return command
}

// begin starts a process, waits until it begins its work, and gives the rest of what
// it prints. Who kills it some milliseconds later must not count those that a program
// takes to start, which are many on a busy machine.
func begin(command *exec.Cmd) (*bufio.Reader, error) {
	command.Env = append(command.Env, beginVariable+"=1")
	pipe, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	out := bufio.NewReader(pipe)
	_, err = out.ReadString('\n')
	return out, err
}
