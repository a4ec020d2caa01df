package command

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"devca/certs"
	"devca/diag"
	"devca/dial"
	"devca/inspect"
)

// inspectPasswords are those that PKCS#12 files are opened with.
func (p *program) inspectPasswords(path string) ([]string, error) {
	var password []byte
	var err error
	switch path {
	case "":
		return []string{"", certs.DefaultPKCS12Password}, nil
	case "-":
		password, err = io.ReadAll(io.LimitReader(p.streams.In, inspect.MaxSize))
		password = firstLine(password)
	default:
		password, err = readSecretFile(path)
	}
	if err != nil {
		return nil, noFile(path, err)
	}
	return []string{string(password)}, nil
}

// inspectSource reads standard input, a file or a server.
func (p *program) inspectSource(c *cli.Context, name string, passwords []string) (inspectSource, error) {
	if name == "-" {
		source := inspectSource{Source: "-", Kind: "stdin"}
		return source, source.read(p.streams.In, passwords)
	}
	// A link that leads nowhere is a file, too, and no host.
	_, absent := os.Lstat(name)
	if absent == nil {
		return inspectFile(c, name, passwords)
	}
	target, err := dial.ParseTarget(name)
	switch {
	case namedLikeFile(name) || err != nil && strings.Contains(name, "/") && !strings.Contains(name, "://"):
		return inspectSource{}, noFile(name, absent)
	case err != nil:
		return inspectSource{}, err
	}
	return p.inspectServer(c, name, target)
}

// namedLikeFile tells what is meant as a file by the endings that such files
// have and no host: a slip of the finger is not asked of a name server.
func namedLikeFile(name string) bool {
	endings := []string{".pem", ".crt", ".cer", ".der", ".key", ".csr", ".req", ".crl", ".p12", ".pfx", ".p7b", ".p7c", ".jks"}
	return slices.Contains(endings, strings.ToLower(filepath.Ext(name)))
}

func noFile(name string, cause error) error {
	folder := filepath.Dir(name)
	if failure, ok := errors.AsType[*fs.PathError](cause); ok {
		cause = failure.Err // the path has been said
	}
	return diag.New(diag.InspectFile, "there is no file "+name+" that can be read").From(cause).
		Fix("see what is there", diag.CommandLine("ls", "-l", folder))
}

func inspectFile(c *cli.Context, name string, passwords []string) (inspectSource, error) {
	source := inspectSource{Source: name, Kind: "file"}
	file, err := os.Open(name)
	if err != nil {
		return source, noFile(name, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return source, noFile(name, err)
	}
	if info.IsDir() {
		return source, diag.New(diag.InspectFile, name+" is a folder").Fix("name the files in it", diag.CommandLine("ls", name))
	}
	if err := source.read(file, passwords); err != nil {
		return source, err
	}
	openKey := func(i inspect.Item) bool { return i.Kind == inspect.KindPrivateKey && !i.Key.Encrypted }
	// A password of one's own keeps others from the key; one that everybody knows does not.
	closed := source.Format == inspect.FormatPKCS12 && c.String("password-file") != ""
	if !closed && info.Mode().Perm()&0o044 != 0 && slices.ContainsFunc(source.Items, openKey) {
		source.Exposed = exposedMode(info)
	}
	return source, nil
}

func (s *inspectSource) read(in io.Reader, passwords []string) error {
	data, err := io.ReadAll(io.LimitReader(in, inspect.MaxSize+1))
	if err != nil {
		return diag.New(diag.InspectFile, s.Source+" cannot be read").From(err).Fix("give a file with certificates", "devca inspect FILE")
	}
	content, err := inspect.Read(data, passwords)
	s.Format, s.Items = content.Format, content.Items
	return s.named(err)
}

// named makes an error of Read, which has never seen the input's name, say it.
func (s *inspectSource) named(err error) error {
	failure, ok := errors.AsType[*diag.Error](err)
	if !ok {
		return err
	}
	failure.What = s.Source + ": " + failure.What
	for i, fix := range failure.Fixes {
		failure.Fixes[i].Run = strings.Replace(fix.Run, " FILE", " "+diag.CommandLine(fileWord(*s)), 1)
	}
	if failure.Code == diag.PKCS12Unreadable {
		return failure.Fix("let OpenSSL take the certificates out", diag.CommandLine("openssl", "pkcs12", "-nokeys", "-in", fileWord(*s), "-out", "certificates.pem"))
	}
	return failure
}

func (p *program) inspectServer(c *cli.Context, name string, target dial.Target) (inspectSource, error) {
	// Only here: whoever types into standard input can be stopped as any program.
	defer p.interruptible(c)()
	target.ServerName = c.String("servername")
	ctx, cancel := context.WithTimeout(c.Context, c.Duration("timeout"))
	defer cancel()
	server, items, err := inspect.Dial(ctx, target)
	return inspectSource{Source: name, Kind: "server", Server: &server, Items: items}, err
}
