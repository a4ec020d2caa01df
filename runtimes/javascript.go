package runtimes

// javascript are Node and its relatives.
func javascript() []Runtime {
	const node = "nodejs.org/api/cli.html"
	return []Runtime{
		{
			Name: "node", Title: "Node.js", Trusts: "Mozilla's list, built in",
			Settings: []Setting{
				{Name: "NODE_EXTRA_CA_CERTS", Kind: Variable, Effect: Adds, Form: PEM, Use: Always, Since: "7.3", Measured: true, Source: node, Note: "read once at start; a file that is not there is a warning only; ignored where the program passes ca:"},
				{Name: "NODE_USE_SYSTEM_CA", Kind: Variable, Effect: Switches, Form: Flag, Since: "22.19, 24.6", Measured: true, Source: node, Note: "enough where devca install has been run"},
				{Name: "--use-system-ca", Kind: Option, Effect: Switches, Form: Flag, Since: "22.15, 23.9", Measured: true, Source: node, Note: "an older Node ends with bad option, also if it stands in NODE_OPTIONS"},
				{Name: "--use-openssl-ca", Kind: Option, Effect: Replaces, Form: Flag, Measured: true, Source: node, Note: "then SSL_CERT_FILE and SSL_CERT_DIR count"},
				{Name: "NODE_TLS_REJECT_UNAUTHORIZED=0", Kind: Variable, Effect: Switches, Form: Flag, Measured: true, Source: node, Note: "switches all checks off, for every host: never a fix"},
			},
		},
		{
			Name: "npm", Title: "npm", Trusts: "what Node trusts", Uses: []string{"node"},
			Settings: []Setting{
				{Name: "NPM_CONFIG_CAFILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: IfSet, Measured: true, Source: "docs.npmjs.com/cli/using-npm/config", Note: "once it is set, in any npmrc as well, NODE_EXTRA_CA_CERTS no longer counts"},
				{Name: "npm_config_cafile", Kind: Variable, Effect: Replaces, Form: PEM, Use: IfSet, Measured: true, Source: "docs.npmjs.com/cli/using-npm/config", Note: "the same in small letters; of both, the one that stands later in the environment counts"},
				{Name: "npmrc: cafile", Kind: File, Effect: Replaces, Form: PEM, Measured: true, Source: "docs.npmjs.com/cli/using-npm/config", Note: "switches NODE_EXTRA_CA_CERTS off"},
			},
		},
		{
			Name: "pnpm", Title: "pnpm", Trusts: "what Node trusts", Uses: []string{"node", "npm"},
		},
		{
			Name: "yarn", Title: "Yarn", Trusts: "what Node trusts", Uses: []string{"node"},
			Settings: []Setting{
				{Name: "YARN_HTTPS_CA_FILE_PATH", Kind: Variable, Effect: Replaces, Form: PEM, Use: IfSet, Since: "2.0", Source: "yarnpkg.com/configuration/yarnrc#httpsCaFilePath", Note: "Yarn 1 reads npm's cafile"},
			},
		},
		{
			Name: "deno", Title: "Deno", Trusts: "Mozilla's list, built in",
			Settings: []Setting{
				{Name: "DENO_CERT", Kind: Variable, Effect: Adds, Form: PEM, Use: Always, Measured: true, Source: "docs.deno.com/runtime/reference/env_variables"},
				{Name: "DENO_TLS_CA_STORE", Kind: Variable, Effect: Switches, Form: Flag, Measured: true, Source: "docs.deno.com/runtime/reference/env_variables", Note: "system,mozilla takes both lists; newer ones read NODE_EXTRA_CA_CERTS, too"},
			},
		},
		{
			Name: "bun", Title: "Bun", Trusts: "Mozilla's list and the system's store",
			Settings: []Setting{
				{Name: "NODE_EXTRA_CA_CERTS", Kind: Variable, Effect: Adds, Form: PEM, Use: Always, Measured: true, Source: "bun.sh/docs"},
			},
		},
	}
}
