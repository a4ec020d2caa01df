package explain

// clients are in the order of their libraries; an inner one comes before those
// that repeat it.
var clients = []Client{
	{Name: "system", Title: "the operating system"}, // whose words everybody repeats
	// Libraries, and the programs that come with them.
	{Name: "openssl", Title: "OpenSSL", Clues: []string{"openssl s_client", "openssl verify", "verify return code", "verify error:num", "depth lookup", "CONNECTED(00000003)", "Can't open verify_store"}},
	{Name: "gnutls", Title: "GnuTLS", Clues: []string{"gnutls-cli", "Processed 1 CA certificate", "*** Fatal error", "- Status: The certificate"}},
	{Name: "boringssl", Title: "BoringSSL", Inside: []string{"openssl"}},
	{Name: "nss", Title: "NSS"},
	{Name: "schannel", Title: "Windows (Schannel)"},
	{Name: "apple", Title: "Apple's Secure Transport"},
	{Name: "mbedtls", Title: "mbedTLS"},

	// Programs in C.
	{
		Name: "curl", Title: "curl", Inside: []string{"openssl", "gnutls", "boringssl", "nss", "schannel", "apple", "mbedtls", "rust"},
		Clues: []string{"pycurl.error", "curl.se/docs/sslcerts", "curl.haxx.se/docs/sslcerts", "curl failed to verify the legitimacy", "curl -", "$ curl", "+ curl", "curl: option"},
		Own: []string{
			"curl: (6)", "curl: (7)", "curl: (28)", "curl: (35)", "curl: (51)", "curl: (52)", "curl: (53)", "curl: (55)", "curl: (56)", "curl: (58)", "curl: (59)", "curl: (60)",
			"curl: (66)", "curl: (77)", "curl: (80)", "curl: (82)", "curl: (83)", "curl: (90)", "curl: (91)", "curl: (97)", "curl: (98)",
		},
	},
	{Name: "git", Title: "Git", Inside: []string{"curl", "gnutls"}, Clues: []string{"git clone", "git fetch", "git pull", "git push", "git ls-remote", "Cloning into", "git submodule", "git-remote-https"}, Own: []string{"fatal: unable to access"}},
	{Name: "wget", Title: "Wget", Inside: []string{"gnutls", "openssl"}, Clues: []string{"--no-check-certificate", "wget http", "wget -", "wget: ", "HTTP request sent, awaiting response", "ERROR: cannot verify"}},
	{Name: "wget2", Title: "Wget2", Inside: []string{"gnutls"}, Clues: []string{"wget2", "ERROR: The certificate is NOT trusted"}},
	{Name: "aria2", Title: "aria2", Inside: []string{"gnutls", "openssl"}, Clues: []string{"[SocketCore.cc:", "aria2c", "aria2.github.io", "AbstractCommand.cc"}},
	{Name: "openvpn", Title: "OpenVPN", Inside: []string{"openssl"}, Clues: []string{"OpenVPN 2", "VERIFY ERROR: depth", "TLS_ERROR: BIO read", "SSL_CTX_set_tmp_dh"}},
	{Name: "svn", Title: "Subversion", Inside: []string{"openssl"}, Clues: []string{"svn: E", "svn checkout", "svn info"}},
	{Name: "lynx", Title: "Lynx", Inside: []string{"gnutls", "openssl"}, Clues: []string{"lynx: ", "Looking up ", "lynx -"}},
	{Name: "w3m", Title: "w3m", Inside: []string{"openssl"}, Clues: []string{"w3m http", "w3m -dump", "w3m: Can't load", "This SSL session was rejected"}},
	{Name: "lftp", Title: "LFTP", Inside: []string{"gnutls", "openssl"}, Clues: []string{"lftp"}, Own: []string{"Fatal error: Certificate verification", "Fatal error: gnutls_handshake"}},
	{Name: "apt", Title: "APT", Inside: []string{"gnutls", "openssl"}, Clues: []string{"apt-get", "apt update", "Could not handshake", "Err:1 http", "E: Failed to fetch", "W: Failed to fetch"}},
	{Name: "dnf", Title: "DNF", Inside: []string{"curl"}, Clues: []string{"dnf install", "dnf update", "Curl error (", "Failed to download metadata for repo", "yum install"}},

	// Python.
	{Name: "python", Title: "Python", Inside: []string{"openssl"}, Clues: []string{"Traceback (most recent call last)", "_ssl.c:", "urlopen error", "ssl.SSLError", "ssl.SSLCertVerificationError", "CERTIFICATE_VERIFY_FAILED] certificate", ".py\", line"}},
	{Name: "urllib3", Title: "urllib3", Inside: []string{"python"}, Clues: []string{"urllib3.exceptions", "urllib3/connectionpool", "urllib3.connectionpool"}},
	{Name: "requests", Title: "Requests", Inside: []string{"urllib3", "python"}, Clues: []string{"requests.exceptions", "requests/adapters.py", "requests\\adapters.py", "requests/sessions.py", "HTTPSConnectionPool(host="}},
	{Name: "httpx", Title: "HTTPX", Inside: []string{"python"}, Clues: []string{"httpx.ConnectError", "httpcore.ConnectError", "httpx/_", "httpcore/_"}},
	{Name: "aiohttp", Title: "aiohttp", Inside: []string{"python"}, Clues: []string{"aiohttp", "ClientConnectorCertificateError", "ClientConnectorSSLError", "Cannot connect to host"}},
	{Name: "pip", Title: "pip", Inside: []string{"requests"}, Clues: []string{"pip install", "pip._vendor", "pip/_vendor", "Could not fetch URL", "problem confirming the ssl certificate", "No matching distribution found", "WARNING: Retrying (Retry(total="}},
	{Name: "poetry", Title: "Poetry", Inside: []string{"requests"}, Clues: []string{"poetry install", "pypoetry", "poetry/_vendor", "poetry/repositories", "poetry add", "Installing dependencies from lock file"}},
	{Name: "conda", Title: "conda", Inside: []string{"requests"}, Clues: []string{"CondaSSLError", "CondaHTTPError", "conda install", "Collecting package metadata", "repo.anaconda.com", "conda.anaconda.org"}},
	{Name: "httpie", Title: "HTTPie", Inside: []string{"requests"}, Clues: []string{"http: error:", "https: error:", "http: LogLevel.", "httpie"}},
	{Name: "aws", Title: "the AWS CLI", Inside: []string{"requests"}, Runtime: "aws", Clues: []string{"SSL validation failed for", "botocore", "boto3", "aws s3", "aws sts", "awscli"}},
	{Name: "gcloud", Title: "gcloud", Inside: []string{"requests"}, Clues: []string{"(gcloud.", "gcloud crashed", "gcloud config", "custom_ca_certs_file"}},
	{Name: "az", Title: "the Azure CLI", Inside: []string{"requests"}, Clues: []string{"azure-cli", "azure.cli", "az login", "Please run 'az", "HTTPSConnectionPool(host='login.microsoftonline"}},
	{Name: "ansible", Title: "Ansible", Inside: []string{"python"}, Clues: []string{"fatal: [localhost]: FAILED!", "FAILED! =>", "FAILED >>", "ansible", "TASK ["}},

	// JavaScript.
	{Name: "node", Title: "Node.js", Inside: []string{"openssl", "boringssl"}, Clues: []string{"node:internal", "node:_tls_wrap", "_tls_wrap.js", "internal/stream_base_commons.js", "deps/openssl/openssl", "TLSSocket.onConnectSecure", "TLSWrap.", "Node.js v", "node:https", "node:events", "process.emit (node", "node_modules", "GotError:"}, Own: []string{"write EPROTO", "code: 'ERR_SSL_"}},
	{Name: "undici", Title: "Node.js (fetch)", Inside: []string{"node"}, Runtime: "node", Clues: []string{"TypeError: fetch failed", "node:internal/deps/undici", "undici/lib"}},
	{Name: "axios", Title: "Axios", Inside: []string{"node"}, Runtime: "node", Clues: []string{"AxiosError", "axios/lib", "axios/dist"}},
	{Name: "npm", Title: "npm", Inside: []string{"node"}, Clues: []string{"npm ERR!", "npm error", "npm install", "npm ci", "npm WARN", "npm http fetch", "npm verb"}},
	{Name: "pnpm", Title: "pnpm", Inside: []string{"node"}, Clues: []string{"ERR_PNPM", "pnpm install", "pnpm add", "pnpm-lock"}},
	{Name: "yarn", Title: "Yarn", Inside: []string{"node"}, Clues: []string{"yarn install", "YN0001", "YN0000", "yarn add", "yarn.lock", "yarnpkg"}},
	{Name: "bun", Title: "Bun", Inside: []string{"boringssl", "node"}, Clues: []string{"bun install", "Bun v", "bun run", "bun add", "bun.lock", "errno: 0,", "TypeError: unable to get local issuer", "in the second argument to fetch()", "Is the computer able to access the url?"}},
	{Name: "electron", Title: "Electron", Inside: []string{"node", "chromium"}, Clues: []string{"electron/js2c", "electron:", "[electron]"}},
	{Name: "vscode", Title: "Visual Studio Code", Inside: []string{"electron"}, Clues: []string{"vscode", "workbench.desktop", "extensionHost", "Code/User", "ms-python", "marketplace.visualstudio"}},
	{Name: "postman", Title: "Postman", Inside: []string{"electron"}, Clues: []string{"Postman", "Could not get response", "newman"}},

	// Java.
	{
		Name: "java", Title: "Java",
		Clues: []string{"javax.net.ssl", "sun.security", "java.security", "Caused by: java", "java.base/", "Exception in thread", "java.net.", "jdk.internal.net.http"},
	},
	{Name: "gradle", Title: "Gradle", Inside: []string{"java"}, Clues: []string{"gradlew", "gradle", "* What went wrong:", "BUILD FAILED in"}, Own: []string{"Could not GET '", "Could not HEAD '"}},
	{Name: "sbt", Title: "sbt and Coursier", Inside: []string{"java"}, Clues: []string{"coursier", "scala-sbt", "sbt.librarymanagement", "[error] (*:update)"}, Own: []string{"download error: Caught"}},
	{Name: "maven", Title: "Maven", Inside: []string{"java"}, Clues: []string{"[ERROR] Failed to execute goal", "mvn clean", "mvn package", "mvn install", "maven", "BUILD FAILURE", "Could not transfer artifact", "Non-resolvable parent POM"}},
	{Name: "kafka", Title: "Kafka", Inside: []string{"java"}, Clues: []string{"org.apache.kafka"}},
	{Name: "elasticsearch", Title: "Elasticsearch", Inside: []string{"java"}, Clues: []string{"org.elasticsearch", "elasticsearch"}},
	{Name: "android", Title: "Android", Inside: []string{"java", "boringssl"}, Clues: []string{"com.android.org.conscrypt", "android.net.http", "okhttp3.internal", "E/AndroidRuntime", "AndroidRuntime", "com.android."}},

	// Go.
	{Name: "go", Title: "Go", Clues: []string{"go run", "main.main()", "go build", "panic: Get", "go: downloading", "goroutine "}},
	{Name: "kubectl", Title: "kubectl", Inside: []string{"go"}, Clues: []string{"kubectl", "Unable to connect to the server", "memcache.go", "couldn't get current server API group list", "kubeconfig"}},
	{Name: "helm", Title: "Helm", Inside: []string{"go"}, Clues: []string{"helm repo", "helm install", "helm upgrade", "INSTALLATION FAILED", "UPGRADE FAILED", "is not a valid chart repository", "looks like \""}},
	{Name: "terraform", Title: "Terraform", Inside: []string{"go"}, Clues: []string{"terraform", "registry.terraform.io", "tofu init", "provider registry", "Failed to query available provider packages", ".tf line"}},
	{Name: "docker", Title: "Docker", Inside: []string{"go"}, Runtime: "docker", Clues: []string{"docker pull", "docker login", "docker push", "Error response from daemon", "docker.io", "dockerd", "containerd", "failed to solve", "buildkit", "buildx"}},
	{Name: "podman", Title: "Podman", Inside: []string{"go"}, Clues: []string{"podman", "buildah", "skopeo"}, Own: []string{"pinging container registry", "initializing source docker://"}},

	// Rust.
	{Name: "rust", Title: "Rust (rustls)", Inside: nil, Clues: []string{"rustls", "reqwest::Error", "hyper_rustls", "hyper::Error", "hyper_util", "thread 'main' panicked", "tokio"}},
	{Name: "reqwest", Title: "reqwest", Inside: []string{"rust", "openssl"}, Runtime: "rust", Clues: []string{"reqwest", "error sending request for url"}},
	{Name: "cargo", Title: "Cargo", Inside: []string{"curl", "rust", "git"}, Clues: []string{"crates.io", "cargo build", "cargo install", "cargo update", "Updating crates", "Unable to update registry", "spurious network error", "failed to get `"}},
	{Name: "uv", Title: "uv", Inside: []string{"reqwest", "rust"}, Clues: []string{"uv pip", "error: Failed to fetch: `", "uv sync", "uv add", "uv run", "uv venv", "uv lock", "pypi.org/simple/"}},
	{Name: "deno", Title: "Deno", Inside: []string{"reqwest", "rust", "node"}, Clues: []string{"deno run", "deno ", "ext:deno", "ext:deno_", "ext:runtime", "error: Uncaught (in promise)", "deno.land", "deno.json", "Import 'https"}},

	// Other languages.
	{Name: "ruby", Title: "Ruby", Inside: []string{"openssl"}, Clues: []string{"OpenSSL::SSL::SSLError", "SSL_connect returned", "net/http.rb", "net/protocol.rb", "Faraday::SSLError", "Faraday::ConnectionFailed", "rb:in `"}},
	{Name: "gem", Title: "RubyGems", Inside: []string{"ruby"}, Clues: []string{"gem install", "rubygems.org", "Gem::RemoteFetcher", "Unable to download data from", "to your local trusted store", "gem sources"}},
	{Name: "bundler", Title: "Bundler", Inside: []string{"gem"}, Clues: []string{"Bundler::", "bundle install", "Fetching gem metadata", "Bundler could not", "Could not fetch specs", "Could not reach host", "edit your Gemfile sources", "Retrying fetcher due to error", "bundler"}},
	{Name: "php", Title: "PHP", Inside: []string{"openssl", "curl"}, Clues: []string{"PHP Warning", "PHP Fatal error", "file_get_contents(", "Stack trace: #0", ".php on line", "php -r", "stream_socket_client", "SSL operation failed with code"}},
	{Name: "guzzle", Title: "Guzzle", Inside: []string{"php"}, Runtime: "php", Clues: []string{"GuzzleHttp"}},
	{Name: "composer", Title: "Composer", Inside: []string{"php"}, Clues: []string{"composer", "CurlDownloader.php", "packagist.org", "Composer\\Downloader", "Loading composer repositories"}, Own: []string{"file could not be downloaded", "curl error 6 while downloading", "curl error 7 while downloading", "curl error 28 while downloading", "curl error 35 while downloading", "curl error 56 while downloading", "curl error 60 while downloading", "curl error 77 while downloading"}},
	{Name: "perl", Title: "Perl", Inside: []string{"openssl"}, Clues: []string{"IO::Socket::SSL", ".pl line ", "SSL connect attempt failed", "Can't connect to ", "HTTP::Tiny", "perl ", "at -e line"}},
	{Name: "lwp", Title: "Perl (LWP)", Inside: []string{"perl"}, Runtime: "perl", Clues: []string{"LWP::UserAgent", "libwww-perl", "LWP/Protocol", "lwp-request", "500 Can't connect to", "Client-Warning: Internal response"}},
	{Name: "dotnet", Title: ".NET", Inside: []string{"openssl", "schannel", "apple"}, Clues: []string{"System.Net.Http", "System.Security.Authentication", "System.Net.Security", "SslStream", "HttpClient", "Microsoft.Data.SqlClient", "System.Data.SqlClient", "--- End of inner exception stack trace", "dotnet "}},
	{Name: "nuget", Title: "NuGet", Inside: []string{"dotnet"}, Clues: []string{"NU1301", "nuget", "Unable to load the service index"}},
	{Name: "powershell", Title: "PowerShell", Inside: []string{"dotnet"}, Clues: []string{"Invoke-WebRequest", "Invoke-RestMethod", "WebCmdletWebResponseException", "InvokeWebRequestCommand"}},
	{Name: "erlang", Title: "Erlang", Clues: []string{"tls_alert", "TLS client: In state", "TLS server: In state", "received CLIENT ALERT:", "received SERVER ALERT:", "failed_connect", "httpc", "ssl_handshake.erl"}},
	{Name: "elixir", Title: "Elixir", Inside: []string{"erlang"}, Clues: []string{"mix deps", "mix local", "hex.pm", "{:tls_alert, ", "TLS :client:", "(elixir ", "Mint.TransportError", "HTTPoison", "** (Mix) Could", "Req.TransportError"}},
	{Name: "dart", Title: "Dart", Inside: []string{"boringssl"}, Clues: []string{"HandshakeException", "dart:io", "dart:_http", "handshake.cc", "package:http/", "pub get"}},
	{Name: "flutter", Title: "Flutter", Inside: []string{"dart"}, Clues: []string{"flutter", "I/flutter"}},
	{Name: "grpc", Title: "gRPC", Inside: []string{"boringssl", "python"}, Clues: []string{"grpc", "ssl_transport_security", "StatusCode.UNAVAILABLE", "grpc/_channel.py", "failed to connect to all addresses"}},

	// Browsers.
	{Name: "chromium", Title: "Chrome and its relatives", Inside: []string{"boringssl"}, Clues: []string{"net::ERR_", "ERR_CERT_", "ssl_client_socket_impl.cc", "Your connection is not private", "chromium", "chrome://"}},
	{Name: "playwright", Title: "Playwright", Inside: []string{"chromium", "firefox", "apple", "curl", "node"}, Clues: []string{"page.goto:", "playwright", "browserType.launch", "Call log:"}},
	{Name: "puppeteer", Title: "Puppeteer", Inside: []string{"chromium"}, Clues: []string{"puppeteer", "navigate (", "CdpFrame"}},
	{Name: "cypress", Title: "Cypress", Inside: []string{"chromium", "node"}, Clues: []string{"cy.visit()", "cypress", "CypressError"}},
	{Name: "selenium", Title: "Selenium", Inside: []string{"chromium", "firefox"}, Clues: []string{"selenium", "WebDriverException", "InsecureCertificateException", "chromedriver", "geckodriver"}},
	{Name: "firefox", Title: "Firefox", Inside: []string{"nss"}, Clues: []string{"MOZILLA_PKIX_ERROR", "Warning: Potential Security Risk Ahead", "Firefox", "about:neterror", "about:certerror", "Secure Connection Failed", "Did Not Connect: Potential Security Issue"}},
	{Name: "safari", Title: "Safari", Inside: []string{"apple"}, Clues: []string{"Safari can't", "Safari", "This Connection Is Not Private"}},
	{Name: "ios", Title: "apps on iOS and macOS", Inside: []string{"apple", "boringssl"}, Clues: []string{"NSURLErrorDomain", "CFNetwork", "NSURLSession", "boringssl_context_", "boringssl_session_", "nw_protocol_", "nw_coretls_", "NSURLConnection", "nscurl", "URLSession"}},

	// Databases and mail.
	{Name: "psql", Title: "PostgreSQL's libpq", Inside: []string{"openssl"}, Clues: []string{"psql: error", "psql: FATAL", "connection to server at", "libpq", "psycopg", "psycopg2", "sslrootcert", "sslmode"}},
	{Name: "mysql", Title: "MySQL and MariaDB", Inside: []string{"openssl", "gnutls"}, Clues: []string{"ERROR 2026", "ERROR 2002", "SSL connection error", "TLS/SSL error", "mysql", "mariadb", "(HY000)"}},
	{Name: "redis", Title: "redis-cli", Inside: []string{"openssl"}, Clues: []string{"Could not connect to Redis", "redis-cli", "SSL_connect failed"}},
	{Name: "mongo", Title: "MongoDB", Inside: []string{"node", "openssl"}, Clues: []string{"MongoServerSelectionError", "mongosh", "MongoNetworkError", "mongodb"}},
	{Name: "ldap", Title: "the LDAP tools", Inside: []string{"gnutls", "openssl"}, Clues: []string{"ldap_sasl_bind", "ldap_start_tls", "ldapsearch", "ldap_result", "TLS: hostname does not match", "ldapwhoami"}},
	{Name: "mosquitto", Title: "Mosquitto's clients", Inside: []string{"openssl"}, Clues: []string{"Unable to connect (A TLS error", "mosquitto_sub", "mosquitto_pub", "Error: A TLS error occurred", "OpenSSL Error[0]", "Socket error on client", "on port 8883", "mosquitto"}},
	{Name: "swaks", Title: "swaks", Inside: []string{"openssl"}, Clues: []string{"*** TLS startup failed", "=== Trying", "swaks", "=== TLS peer"}},
	{Name: "msmtp", Title: "msmtp", Inside: []string{"gnutls"}, Clues: []string{"msmtp:"}},
	{Name: "postfix", Title: "Postfix", Inside: []string{"openssl"}, Clues: []string{"postfix/smtp", "postfix/", "warning: TLS library problem:"}},

	// Servers.
	{Name: "nginx", Title: "nginx", Server: true, Inside: []string{"openssl"}, Clues: []string{"nginx: [emerg]", "while SSL handshaking", "nginx", "client SSL certificate verify error", "SSL_do_handshake() failed", "PEM_read_bio_X509_AUX() failed", "PEM_read_bio_PrivateKey() failed"}, Own: []string{"SSL_do_handshake() failed"}},
	{Name: "apache", Title: "Apache", Server: true, Inside: []string{"openssl"}, Clues: []string{"[ssl:error", "[ssl:info", "[ssl:warn", "AH02", "mod_ssl", "ssl_engine", "apache2", "httpd"}},
	{Name: "haproxy", Title: "HAProxy", Server: true, Inside: []string{"openssl"}, Clues: []string{"haproxy", "[ALERT]"}},
	{Name: "envoy", Title: "Envoy", Server: true, Inside: []string{"boringssl"}, Clues: []string{"TLS_error", "envoy", "upstream connect error"}},
	{Name: "go-server", Title: "a Go server", Server: true, Inside: []string{"go"}, Clues: []string{"http: TLS handshake error from", "tls: client"}, Runtime: "go"},
	{Name: "caddy", Title: "Caddy", Server: true, Inside: []string{"go-server"}, Clues: []string{"caddy", "\"logger\":\"tls", "http.log.error", "http.stdlib", "Caddyfile"}},
	{Name: "traefik", Title: "Traefik", Server: true, Inside: []string{"go-server"}, Clues: []string{"traefik", "entryPointName"}},
	{Name: "node-server", Title: "a Node server", Server: true, Inside: []string{"node"}, Clues: []string{"tlsClientError", "onSocketTLSError", "createServer", "node:_http_server"}, Runtime: "node"},
	{Name: "vite", Title: "Vite", Server: true, Inside: []string{"node"}, Clues: []string{"[vite]", "vite v"}, Runtime: "node"},
	{Name: "java-server", Title: "a Java server", Server: true, Inside: []string{"java"}, Clues: []string{"org.apache.tomcat", "org.eclipse.jetty", "org.apache.coyote", "Tomcat", "NioEndpoint"}, Runtime: "java"},
	{Name: "postgres", Title: "the PostgreSQL server", Server: true, Inside: []string{"openssl"}, Clues: []string{"could not accept SSL connection", "LOG:  could not"}},
	{Name: "dovecot", Title: "Dovecot", Server: true, Inside: []string{"openssl"}, Clues: []string{"dovecot", "imap-login:", "pop3-login:"}},
	{Name: "redis-server", Title: "the Redis server", Server: true, Inside: []string{"openssl"}, Clues: []string{"* Ready to accept connections"}, Own: []string{"Error accepting a client connection"}},
	{Name: "stunnel", Title: "stunnel", Server: true, Inside: []string{"openssl"}, Clues: []string{"stunnel", "LOG3[", "LOG4["}},
}
