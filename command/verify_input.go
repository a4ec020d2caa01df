package command

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"strings"

	"devca/certs"
	"devca/diag"
	"devca/inspect"
	"devca/revocation"
)

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return name != "-" && err == nil && info.IsDir()
}

// readCertificates gives the certificates of a file.
func readCertificates(name string, passwords []string) ([][]byte, error) {
	data, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	return certificatesIn(name, data, passwords)
}

func readBounded(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, noFile(name, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, inspect.MaxSize+1))
	if err != nil {
		return nil, noFile(name, err)
	}
	return data, nil
}

// untilInterrupted reads what may never end, standard input or a named pipe, and
// gives up when somebody interrupts: the reading itself cannot be stopped.
func untilInterrupted[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := read()
		done <- outcome{value, err}
	}()
	select {
	case one := <-done:
		return one.value, one.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// certificatesIn finds them in what a file or standard input holds.
func certificatesIn(name string, data []byte, passwords []string) ([][]byte, error) {
	if len(data) > inspect.MaxSize {
		return nil, diag.New(diag.VerifyNothing, name+" is larger than any file of certificates").
			Fix("give a file in PEM, DER, PKCS#7 or PKCS#12 form", "")
	}
	found, err := certs.Read(data, passwords)
	if err == nil {
		return found, nil
	}
	if failure, ok := errors.AsType[*diag.Error](err); ok { // PKCS#12 and its passwords
		source := inspectSource{Source: name, Kind: "file"}
		return nil, source.named(failure)
	}
	failure := diag.New(diag.VerifyNothing, "there is no certificate to judge in "+name)
	if kinds := certs.PassedOver(data); kinds != "" {
		failure = failure.Because("it only has " + kinds)
	} else if !errors.Is(err, certs.ErrNoCertificate) {
		failure = failure.From(err)
	}
	return nil, failure.Fix("see what there is instead", diag.CommandLine("devca", "inspect", name))
}

// readLists gives the revocation lists of a file.
func readLists(name string) ([][]byte, error) {
	data, err := readBounded(name)
	if err != nil {
		return nil, err
	}
	lists := revocation.Lists(data)
	if len(lists) == 0 {
		return nil, diag.New(diag.VerifyRoots, "there is no revocation list in "+name).
			Fix("see what there is instead", diag.CommandLine("devca", "inspect", name))
	}
	return lists, nil
}

const pinPrefix = "sha256/"

// isPin: the form that curl's --pinnedpubkey and RFC 7469 have, with a slash.
func isPin(text string) bool {
	encoded, ok := strings.CutPrefix(text, pinPrefix)
	sum, err := base64.StdEncoding.DecodeString(encoded)
	return ok && err == nil && len(sum) == sha256.Size
}

// pinOf is the pin of a public key (RFC 7469, 2.4).
func pinOf(subjectPublicKeyInfo []byte) string {
	sum := sha256.Sum256(subjectPublicKeyInfo)
	return pinPrefix + base64.StdEncoding.EncodeToString(sum[:])
}
