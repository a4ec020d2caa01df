package runtimes

// scripting are Ruby, PHP and Perl.
func scripting() []Runtime {
	return []Runtime{
		{Name: "ruby", Title: "Ruby: net/http", Trusts: "what OpenSSL trusts", Uses: []string{"openssl"}},
		{Name: "gem", Title: "RubyGems", Trusts: "what OpenSSL trusts, and a list of its own", Uses: []string{"openssl"}, Settings: []Setting{
			{Name: "~/.gemrc: :ssl_ca_cert:", Kind: File, Effect: Replaces, Form: PEM, Source: "guides.rubygems.org: command reference"},
		}},
		{Name: "bundler", Title: "Bundler", Trusts: "what RubyGems trusts", Uses: []string{"gem"}, Settings: []Setting{
			{Name: "BUNDLE_SSL_CA_CERT", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"SSL_CERT_FILE"}, Source: "bundler.io/man/bundle-config.1.html"},
		}},
		{Name: "php", Title: "PHP", Trusts: "what OpenSSL trusts, unless php.ini says otherwise", Uses: []string{"openssl"}, Settings: []Setting{
			{Name: "php.ini: openssl.cafile, curl.cainfo", Kind: File, Effect: Replaces, Form: PEM, Source: "php.net/manual: openssl and curl configuration", Note: "win over SSL_CERT_FILE"},
		}},
		{Name: "composer", Title: "Composer", Trusts: "the system's store", Uses: []string{"php"}, Settings: []Setting{
			{Name: "COMPOSER_CAFILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: IfSet, Source: "getcomposer.org/doc/03-cli.md", Note: "SSL_CERT_FILE counts as well"},
		}},
		{Name: "perl", Title: "Perl: LWP, HTTP::Tiny", Trusts: "Mozilla::CA or the system's store", Uses: []string{"openssl"}, Settings: []Setting{
			{Name: "PERL_LWP_SSL_CA_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Covers: []string{"HTTPS_CA_FILE", "SSL_CERT_FILE"}, Measured: true, Source: "metacpan.org: LWP::UserAgent"},
		}},
	}
}
