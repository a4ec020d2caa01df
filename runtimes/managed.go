package runtimes

// managed are the virtual machines.
func managed() []Runtime {
	return []Runtime{
		{
			Name: "java", Title: "Java: HttpClient, OkHttp, Spring, Kotlin, Scala", Trusts: "its own lib/security/cacerts; Debian's is made from the system's store",
			Settings: []Setting{
				{Name: "JAVA_TOOL_OPTIONS", Kind: Variable, Effect: Replaces, Form: Truststore, Use: Always, Measured: true, Source: "docs.oracle.com: Java Secure Socket Extension Reference Guide", Note: "with -Djavax.net.ssl.trustStore=FILE, a JKS or PKCS#12 file and not PEM; each start prints Picked up on its standard error; a file that is not there trusts nothing"},
				{Name: "JDK_JAVA_OPTIONS", Kind: Variable, Effect: Replaces, Form: Truststore, Use: IfSet, Since: "9", Measured: true, Source: "docs.oracle.com: the java command", Note: "for the program java only; wins over JAVA_TOOL_OPTIONS, so it is set where it names a store"},
				{Name: "keytool -importcert -cacerts", Kind: Option, Effect: Adds, Form: PEM, Measured: true, Source: "docs.oracle.com: keytool", Note: "what devca install does, for every Java"},
			},
		},
		{
			Name: "gradle", Title: "Gradle", Trusts: "what its Java trusts", Uses: []string{"java"},
			Settings: []Setting{
				{Name: "GRADLE_OPTS", Kind: Variable, Effect: Replaces, Form: Truststore, Use: IfSet, Source: "docs.gradle.org: build environment", Note: "wins over JAVA_TOOL_OPTIONS, so it is set where it names a store"},
				{Name: "gradle.properties: systemProp.javax.net.ssl.trustStore", Kind: File, Effect: Replaces, Form: Truststore, Source: "docs.gradle.org: build environment", Note: "the daemon keeps the options it was started with: gradle --stop"},
			},
		},
		{
			Name: "maven", Title: "Maven", Trusts: "what its Java trusts", Uses: []string{"java"},
			Settings: []Setting{
				{Name: "MAVEN_OPTS", Kind: Variable, Effect: Replaces, Form: Truststore, Use: IfSet, Source: "maven.apache.org/guides/mini/guide-repository-ssl.html", Note: "wins over JAVA_TOOL_OPTIONS, so it is set where it names a store"},
			},
		},
		{
			Name: "dotnet", Title: ".NET", Trusts: "the system's store; on Linux OpenSSL's file and folder", Uses: []string{"openssl"},
			Settings: []Setting{
				{Name: "SSL_CERT_FILE", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Source: "learn.microsoft.com/dotnet/standard/security/cross-platform-cryptography", Note: "on Linux; a root in ~/.dotnet/corefx/cryptography/x509stores/root counts as well"},
			},
		},
		{
			Name: "erlang", Title: "Erlang and Elixir: ssl, Mix, Hex", Trusts: "the system's store (public_key:cacerts_get); Hex a list of its own",
			Settings: []Setting{
				{Name: "HEX_CACERTS_PATH", Kind: Variable, Effect: Replaces, Form: PEM, Use: Always, Source: "hexdocs.pm/hex: hex.config", Note: "for Hex only; libraries take cacertfile"},
			},
		},
		{
			Name: "dart", Title: "Dart and Flutter", Trusts: "the system's store, read by Dart itself on Linux",
			Settings: []Setting{
				{Name: "--root-certs-file", Kind: Option, Effect: Replaces, Form: PEM, Source: "dart.dev/tools/dart-vm"},
				{Name: "SecurityContext.setTrustedCertificates", Kind: Code, Effect: Adds, Form: PEM, Source: "api.dart.dev: SecurityContext"},
			},
		},
	}
}
