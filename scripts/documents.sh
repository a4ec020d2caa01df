#!/bin/sh
# Write the man page and the completions, which the program itself knows, for
# packages and archives.
set -eu
cd "$(dirname "$0")/.."
out=bin/documents
rm -rf $out
mkdir -p $out/completion
# The program of the machine that builds, whatever systems it builds for. The day
# on the page is that of the commit.
GOOS='' GOARCH='' CGO_ENABLED=0 go build -buildvcs=true -tags urfave_cli_no_docs -o $out/devca .
$out/devca man >$out/devca.1
gzip -9 -n -c $out/devca.1 >$out/devca.1.gz
$out/devca completion bash >$out/completion/devca.bash
$out/devca completion zsh >$out/completion/_devca
$out/devca completion fish >$out/completion/devca.fish
$out/devca completion powershell >$out/completion/devca.ps1
rm $out/devca
