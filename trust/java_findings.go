package trust

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	"devca/diag"
	"devca/keystore"
)

// unreadable says what to do about each way in which a store cannot be read.
func (s *javaStore) unreadable(root Root, err error) *diag.Error {
	if finding, ok := errors.AsType[*diag.Error](err); ok {
		return finding
	}
	title := "cannot read " + s.title()
	switch {
	case errors.Is(err, keystore.ErrPassword):
		return s.otherPassword(err, s.Plan(context.Background(), root, Install))
	case errors.Is(err, keystore.ErrJCEKS):
		return diag.New(diag.JavaFormat, title).From(err).
			Because("a Java reads it only when its java.security sets keystore.type=jceks").
			Fix("convert it to what every Java reads, then run devca install again", diag.CommandLine(s.keytool(),
				"-importkeystore", "-noprompt", "-srckeystore", s.cacerts, "-srcstoretype", "JCEKS", "-srcstorepass", javaPassword,
				"-destkeystore", s.cacerts+".jks", "-deststoretype", "JKS", "-deststorepass", javaPassword)+
				" && "+diag.CommandLine("mv", s.cacerts+".jks", s.cacerts))
	case errors.Is(err, fs.ErrPermission):
		return diag.New(diag.TrustUnreadable, title).From(err).
			Fix("let everybody read it, as every Java must", s.machine.Line(Step{Argv: []string{"chmod", "a+r", s.cacerts}, AsRoot: true}))
	}
	return diag.New(diag.JavaDamaged, title).From(err).
		Because("this Java trusts nobody as long as its store is damaged").
		Fix("install this Java again, or give it the store of another", diag.CommandLine("cp", "OTHER-JAVA/lib/security/cacerts", s.cacerts))
}

// otherPassword is for a store that somebody gave a password of its own.
func (s *javaStore) otherPassword(err error, steps []Step) *diag.Error {
	return diag.New(diag.JavaPassword, "the password of "+s.title()+" is not "+javaPassword).From(err).
		Because("somebody gave the store a password of its own").
		Fix("run this yourself; keytool asks for the password", joinSteps(steps, s.machine.IsRoot))
}

// explain tells a Java that is part of an image and cannot be changed at all.
// Root's own attempt may be the first to find that out.
func (s *javaStore) explain(root Root, err error) error {
	if err == nil || !errors.Is(err, syscall.EROFS) && !strings.Contains(err.Error(), "Read-only file system") {
		return err
	}
	return s.readOnly(root, err)
}

// readOnly is about snaps, AppImages, the Nix store and mounted images.
func (s *javaStore) readOnly(root Root, err error) *diag.Error {
	own := filepath.Join(s.machine.Account.Home, "devca-cacerts")
	add := []string{s.keytool(), "-importcert", "-noprompt", "-file", root.Path, "-alias", root.fileName(), "-keystore", own, "-storepass", javaPassword}
	return diag.New(diag.JavaReadOnly, s.title()+" is on a read-only file system").From(err).
		Because("it is part of an image, as in a snap or the Nix store").
		Fix("give its programs a copy of the store with the root in it", strings.Join([]string{
			diag.CommandLine("install", "-m", "0644", s.cacerts, own),
			diag.CommandLine(add...),
			diag.CommandLine("export", "JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore="+own),
		}, " && "))
}

// needsAdministrator is Windows' way: a program cannot ask for more rights there
// once it runs.
func (s *javaStore) needsAdministrator(steps []Step) *diag.Error {
	return diag.New(diag.TrustAccessDenied, "only an administrator can change "+s.title()).
		Fix(`open a terminal with "Run as administrator", and run there`, joinSteps(steps, true))
}

// brokenJava is a JAVA_HOME that leads nowhere: worth a line, because other
// tools pass over it silently.
type brokenJava struct{ home string }

func (s brokenJava) About() About {
	return About{ID: "java:" + s.home, Kind: KindJava, Title: "java (" + s.home + ")", Place: s.home, Clients: []string{"java"}}
}

func (s brokenJava) Status(context.Context, Root) Reading {
	return Reading{State: Unreadable, Finding: diag.New(diag.TrustJavaHome, "JAVA_HOME has no lib/security/cacerts: "+s.home).
		Because("it does not name the folder of a Java").
		Fix("name the folder above bin/java, or leave the variable out", diag.Unset("JAVA_HOME"))}
}

func (brokenJava) Plan(context.Context, Root, Action) []Step { return nil }

func (brokenJava) Apply(context.Context, Root, Action) error { return nil }
