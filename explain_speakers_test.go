package main

import "devca/explain"

// troubles are what programs are brought into. The first name is the trouble's,
// the second the host's: a kind of devca badssl, or a server of startServers.
func troubles() []trouble {
	is := func(causes ...explain.Cause) []explain.Cause { return causes }
	return []trouble{
		{"unknown-root", "good", "system", is(explain.UntrustedRoot)},
		{"root-in-chain", "root-sent", "system", is(explain.UntrustedRoot)},
		{"self-signed", "self-signed", "", is(explain.SelfSigned)},
		{"missing-intermediate", "missing-intermediate", "", is(explain.IncompleteChain)},
		{"expired", "expired", "", is(explain.Expired)},
		{"not-yet-valid", "not-yet-valid", "", is(explain.NotYetValid)},
		{"wrong-host", "wrong-host", "", is(explain.WrongName)},
		{"plain-http", "plain-http", "", is(explain.PlainHTTP)},
		{"tls10-only", "tls10-only", "", is(explain.ProtocolVersion)},
		{"client-wanted", "client-wanted", "", is(explain.ClientWanted)},
		{"missing-ca", "good", "missing", is(explain.MissingCAFile, explain.StoreUnusable)},
		{"refused", "refused", "", is(explain.ConnectionRefused)},
		{"no-host", "no-host", "", is(explain.NameNotResolved)},

		{"no-san", "no-san", "", is(explain.NoSAN, explain.WrongName)},
		{"cn-only", "cn-only", "", is(explain.NoSAN, explain.WrongName)},
		{"forged", "forged", "", is(explain.StaleRoot)},
		{"name-constraint", "name-constraint", "", is(explain.NameConstraint)},
		{"path-length", "path-length", "", is(explain.PathLength)},
		{"not-ca", "intermediate-no-bc", "", is(explain.NotCA)},
		{"intermediate-expired", "intermediate-expired", "", is(explain.Expired)},
		{"ca-leaf", "ca-leaf", "", is(explain.CALeaf, explain.WrongPurpose)},
		{"client-only", "client-only", "", is(explain.WrongPurpose)},
		{"key-usage", "key-usage", "", is(explain.KeyUsage)},
		{"critical", "critical-extension", "", is(explain.BadForm)},
		{"weak-rsa", "weak-rsa", "", is(explain.WeakKey)},
		{"sha1", "sha1", "", is(explain.WeakSignature)},
		{"negative-serial", "negative-serial", "", is(explain.BadForm)},
		{"revoked", "revoked", "", is(explain.Revoked, explain.RevocationUnknown)},
		{"must-staple", "must-staple", "", is(explain.RevocationUnknown)},
		{"p521", "p521", "", is(explain.WeakKey, explain.Cipher)},
		{"no-cipher", "no-cipher", "", is(explain.Cipher)},
		{"no-name", "no-name", "", is(explain.ServerName)},
		{"no-alpn", "no-alpn", "", is(explain.ALPN)},
		{"closes", "closes", "", is(explain.Handshake)},
		{"bad-ca", "good", "bad", is(explain.BadCAFile, explain.MissingCAFile)},
		{"proxy", "good", "", is(explain.Proxy)},
		{"once", "good", "", nil}, // what is wrong is in the command itself
	}
}

func common(more ...string) []string {
	return append([]string{
		"unknown-root", "root-in-chain", "self-signed", "missing-intermediate", "expired", "not-yet-valid", "wrong-host", "plain-http", "tls10-only", "client-wanted", "missing-ca",
	}, more...)
}

var (
	chains = []string{
		"unknown-root", "root-in-chain", "self-signed", "missing-intermediate", "expired", "not-yet-valid", "wrong-host", "no-san", "cn-only", "forged", "name-constraint",
		"path-length", "not-ca", "intermediate-expired", "ca-leaf", "client-only", "key-usage", "critical", "weak-rsa", "sha1", "negative-serial", "must-staple",
	}
	everything = append([]string{"plain-http", "tls10-only", "client-wanted", "missing-ca", "refused", "no-host", "no-cipher", "no-name", "closes"}, chains...)
	few        = []string{"unknown-root", "self-signed", "expired", "wrong-host", "plain-http"}
)

// speakers are the programs. Their scripts end with an error when the program does.
func speakers() []speaker {
	all := func(first, text string) string {
		return "/usr/bin/python3 - <<'E'\nimport os, ssl, sys, traceback\nroot = os.environ['ROOT']\n" + first + "\nfor pair in os.environ['URLS'].split():\n    name, url = pair.split('=', 1)\n    print('@@@', name, flush=True)\n    try:\n" + text + "\n    except Exception:\n        traceback.print_exc(file=sys.stdout)\nE"
	}
	python := func(text string) string {
		return "/usr/bin/python3 - <<'E'\nimport os, ssl\nurl, root = os.environ['URL'], os.environ['ROOT']\n" + text + "\nE"
	}
	return append(onces(), []speaker{
		{"curl", "curl", `curl -sS --cacert $ROOT $URL`, append([]string{"bad-ca"}, everything...), false, nil},
		{"git", "git", `git -c http.sslCAInfo=$ROOT ls-remote ${URL}x.git`, everything, false, nil},
		{"wget", "wget", `wget -O- --tries=1 --timeout=20 --ca-certificate=$ROOT $URL`, everything, false, nil},
		{"wget2", "wget2", `wget2 -O- --tries=1 --ca-certificate=$ROOT $URL`, common(), false, nil},
		{"openssl", "openssl", `echo Q | openssl s_client -connect $HOST:$PORT -servername $HOST -verify_hostname $HOST -verify_return_error -CAfile $ROOT`, append([]string{"no-alpn"}, everything...), false, nil},
		{"openssl-strict", "openssl", `echo Q | openssl s_client -connect $HOST:$PORT -servername $HOST -x509_strict -verify_return_error -CAfile $ROOT`, []string{"no-san", "ca-leaf", "not-ca"}, false, nil},
		{"gnutls-cli", "gnutls", `gnutls-cli --x509cafile $ROOT --port $PORT $HOST </dev/null`, everything, false, nil},
		{"aria2", "aria2", `aria2c --ca-certificate=$ROOT --max-tries=1 -o got $URL`, common(), false, nil},
		{"svn", "svn", `svn info --non-interactive --config-option servers:global:ssl-authority-files=$ROOT $URL`, []string{"unknown-root", "self-signed", "expired", "not-yet-valid", "wrong-host", "plain-http", "tls10-only"}, false, nil},
		{"w3m", "w3m", `w3m -o ssl_ca_file=$ROOT -o ssl_verify_server=1 -dump $URL </dev/null 2>&1; false`, few, false, nil},
		{"lftp", "lftp", `lftp -c "set ssl:ca-file $ROOT; set net:max-retries 1; set net:timeout 10; cat $URL"`, few, false, nil},
		{"python", "python", all("import urllib.request", "        urllib.request.urlopen(url, context=ssl.create_default_context(cafile=root)).read()"), everything, true, nil},
		{"requests", "requests", all("import requests", "        requests.get(url, verify=root)"), common("refused", "no-host", "closes"), true, nil},
		{"requests-proxy", "requests", "https_proxy=http://127.0.0.1:1 " + python("import requests\nrequests.get(url, verify=root)"), []string{"proxy"}, false, nil},
		{"curl-proxy", "curl", `curl -sS -x http://$HOST:$PORT --cacert $ROOT $URL; curl -sS -x http://nowhere.invalid:1 $URL`, []string{"proxy"}, false, nil},
		{"httpx", "httpx", all("import httpx", "        httpx.get(url, verify=root)"), common(), true, nil},
		{"aiohttp", "aiohttp", all("import aiohttp, asyncio\nasync def go(url):\n    async with aiohttp.ClientSession() as s:\n        async with s.get(url, ssl=ssl.create_default_context(cafile=root)) as r: await r.text()", "        asyncio.run(go(url))"), common(), true, nil},
		{"pycurl", "curl", all("import pycurl\ndef go(url):\n    c = pycurl.Curl()\n    c.setopt(c.URL, url)\n    c.setopt(c.CAINFO, root)\n    c.setopt(c.WRITEFUNCTION, lambda b: None)\n    c.perform()", "        go(url)"), few, true, nil},
		{"pip", "pip", `/usr/bin/python3 -m pip download --cert $ROOT --index-url ${URL}simple --no-deps --retries 0 --disable-pip-version-check nothing-of-that-name`, []string{"unknown-root", "self-signed", "expired", "wrong-host", "plain-http", "missing-ca"}, false, nil},
		{"httpie", "httpie", `http --ignore-stdin --verify=$ROOT GET $URL`, []string{"unknown-root", "expired", "missing-ca"}, false, nil},
		{"aws", "aws", `AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_MAX_ATTEMPTS=1 /usr/bin/aws --region eu --ca-bundle $ROOT --endpoint-url $URL s3 ls`, []string{"unknown-root", "wrong-host"}, false, nil},
		{"node", "node", `NODE_EXTRA_CA_CERTS=$ROOT node -e 'const https = require("https"), get = u => new Promise(done => https.get(u, r => { r.resume(); r.on("end", done) }).on("error", e => { console.log(e); done() })); (async () => { for (const p of process.env.URLS.split(" ")) { const i = p.indexOf("="); console.log("@@@ " + p.slice(0, i)); await get(p.slice(i + 1)) } })()'`, everything, true, nil},
		{"node-uncaught", "node", `NODE_EXTRA_CA_CERTS=$ROOT node -e 'require("https").get(process.env.URL, r => { r.resume(); r.on("end", () => process.exit(0)) })'`, []string{"unknown-root", "wrong-host"}, false, nil},
		{"fetch", "undici", `NODE_EXTRA_CA_CERTS=$ROOT node -e '(async () => { for (const p of process.env.URLS.split(" ")) { const i = p.indexOf("="); console.log("@@@ " + p.slice(0, i)); try { await (await fetch(p.slice(i + 1))).text() } catch (e) { console.log(e) } } })()'`, common("refused", "no-host"), true, nil},
		{"npm", "npm", `npm --cafile $ROOT --registry $URL --fetch-retries 0 view nothing-of-that-name`, []string{"unknown-root", "expired", "wrong-host", "refused"}, false, nil},
		{"npm-extra", "npm", `NODE_EXTRA_CA_CERTS=$ROOT npm --registry $URL --fetch-retries 0 install nothing-of-that-name`, []string{"self-signed", "root-in-chain", "plain-http"}, false, nil},
		{"pnpm", "pnpm", `NODE_EXTRA_CA_CERTS=$ROOT pnpm --registry $URL --fetch-retries 0 add nothing-of-that-name`, []string{"unknown-root", "self-signed"}, false, nil},
		{"yarn", "yarn", `echo '{}' >package.json; NODE_EXTRA_CA_CERTS=$ROOT yarn --registry $URL --network-timeout 5000 add nothing-of-that-name`, []string{"unknown-root", "self-signed"}, false, nil},
		{"bun", "bun", `echo 'for (const p of process.env.URLS.split(" ")) { const i = p.indexOf("="); console.log("@@@ " + p.slice(0, i)); try { await (await fetch(p.slice(i + 1))).text() } catch (e) { console.log(e) } }' >a.js; NODE_EXTRA_CA_CERTS=$ROOT bun run a.js`, common("name-constraint", "ca-leaf", "not-ca", "refused"), true, nil},
		{"deno", "deno", `echo 'for (const p of Deno.env.get("URLS").split(" ")) { const i = p.indexOf("="); console.log("@@@ " + p.slice(0, i)); try { await (await fetch(p.slice(i + 1))).text() } catch (e) { console.log(e) } }' >a.js; DENO_CERT=$ROOT deno run -A a.js`, everything, true, nil},
		{"kubectl", "kubectl", `kubectl --username a --password b --server $URL --certificate-authority $ROOT --request-timeout 10s get pods`, []string{"unknown-root", "expired", "wrong-host", "plain-http", "missing-ca"}, false, nil},
		{"go", "go", `for p in $URLS; do echo "@@@ ${p%%=*}"; SSL_CERT_FILE=$ROOT SSL_CERT_DIR=/nowhere go-ask "${p#*=}" 2>&1 | grep -v '^[a-z-]*: '; done`, everything, true, nil},
		{"cargo", "cargo", `mkdir -p src; touch src/lib.rs; printf '[package]\nname="a"\nversion="0.1.0"\n[dependencies]\nb="1"\n' >Cargo.toml; mkdir -p .cargo; printf '[source.crates-io]\nreplace-with="r"\n[source.r]\nregistry="%sindex"\n[net]\nretry=0\n' $URL >.cargo/config.toml; CARGO_HTTP_CAINFO=$ROOT /usr/bin/cargo fetch`, []string{"unknown-root", "wrong-host"}, false, nil},
		{"ruby", "ruby", `ruby -ropenssl -rnet/http -e 'ENV["URLS"].split.each { |p| n, a = p.split("=", 2); puts "@@@ #{n}"; u = URI(a); begin; Net::HTTP.start(u.host, u.port, use_ssl: true, ca_file: ENV["ROOT"], max_retries: 0) { |h| h.get("/") }; rescue Exception => e; puts e.full_message(highlight: false); end }'`, everything, true, nil},
		{"gem", "gem", `SSL_CERT_FILE=$ROOT gem install --clear-sources --source $URL nothing-of-that-name`, []string{"unknown-root", "self-signed", "root-in-chain"}, false, nil},
		{"bundler", "bundler", `printf 'source "%s"\ngem "nothing"\n' $URL >Gemfile; SSL_CERT_FILE=$ROOT bundle install --retry 0 --path v`, []string{"unknown-root"}, false, nil},
		{"php", "php", `php -d display_errors=1 -r 'foreach (explode(" ", getenv("URLS")) as $p) { [$n, $u] = explode("=", $p, 2); echo "@@@ $n\n"; $c = stream_context_create(["ssl" => ["cafile" => getenv("ROOT")]]); $r = file_get_contents($u, false, $c); }'`, common("refused", "no-host"), true, nil},
		{"php-curl", "php", `php -r '$c = curl_init(getenv("URL")); curl_setopt($c, CURLOPT_CAINFO, getenv("ROOT")); if (curl_exec($c) === false) { throw new Exception("cURL error " . curl_errno($c) . ": " . curl_error($c)); }'`, few, false, nil},
		{"composer", "composer", `printf '{"repositories":[{"type":"composer","url":"%s"},{"packagist.org":false}],"require":{"a/b":"*"}}' $URL >composer.json; SSL_CERT_FILE=$ROOT composer --no-interaction update`, []string{"unknown-root", "wrong-host"}, false, nil},
		{"perl", "perl", `perl -MHTTP::Tiny -e 'for (split / /, $ENV{URLS}) { my ($n, $u) = split /=/, $_, 2; print "@@@ $n\n"; my $r = HTTP::Tiny->new(verify_SSL => 1, SSL_options => {SSL_ca_file => $ENV{ROOT}})->get($u); print "HTTP::Tiny: $r->{content}\n" if $r->{status} == 599 }'`, common("refused"), true, nil},
		{"lwp", "lwp", `perl -MLWP::UserAgent -e '$r = LWP::UserAgent->new(ssl_opts => {SSL_ca_file => $ENV{ROOT}})->get($ENV{URL}); die "LWP::UserAgent: ", $r->as_string unless $r->is_success'`, few, false, nil},
		{"erlang", "erlang", `erl -noshell -eval 'application:ensure_all_started(ssl), application:ensure_all_started(inets), R = httpc:request(get, {os:getenv("URL"), []}, [{ssl, [{verify, verify_peer}, {cacertfile, os:getenv("ROOT")}, {depth, 5}, {customize_hostname_check, [{match_fun, public_key:pkix_verify_hostname_match_fun(https)}]}]}], []), case R of {ok, _} -> init:stop(); _ -> io:format("~p~n", [R]), init:stop(1) end.' 2>&1`, common("ca-leaf", "client-only", "name-constraint"), false, nil}, // each alone: the log of one handshake may come after the next has begun
		{"elixir", "elixir", `elixir -e 'Application.ensure_all_started(:ssl); Application.ensure_all_started(:inets); {:ok, _} = :httpc.request(:get, {String.to_charlist(System.get_env("URL")), []}, [ssl: [verify: :verify_peer, cacertfile: String.to_charlist(System.get_env("ROOT")), depth: 5]], [])'`, []string{"unknown-root", "expired"}, false, nil},
		{"grpc", "grpc", python("import grpc\nfrom urllib.parse import urlparse\nu = urlparse(url)\nc = grpc.secure_channel(u.netloc, grpc.ssl_channel_credentials(open(root, 'rb').read()))\nc.unary_unary('/a/b')(b'', timeout=5)"), []string{"unknown-root", "plain-http"}, false, nil},
		{"redis", "redis", `redis-cli --tls --sni $HOST -h $HOST -p $PORT --cacert $ROOT ping 2>&1 | tee said; ! grep -q . said`, []string{"unknown-root", "self-signed", "expired", "plain-http", "missing-ca", "refused"}, false, nil},
		{"ldap", "ldap", `LDAPTLS_CACERT=$ROOT ldapsearch -d 1 -x -H ldaps://$HOST:$PORT -s base -o nettimeout=10`, []string{"unknown-root", "expired", "wrong-host"}, false, nil},
		{"mosquitto", "mosquitto", `timeout 10 mosquitto_pub -h $HOST -p $PORT --cafile $ROOT -t a -m b`, []string{"unknown-root", "self-signed", "expired", "wrong-host", "missing-ca"}, false, nil},
		{"msmtp", "msmtp", `msmtp --host=$HOST --port=$PORT --tls=on --tls-starttls=off --tls-trust-file=$ROOT --timeout=10 -S`, []string{"unknown-root", "self-signed", "expired", "not-yet-valid", "wrong-host", "missing-ca"}, false, nil},
		{"swaks", "swaks", `swaks --server $HOST --port $PORT --tls-on-connect --tls-verify --tls-ca-path $ROOT --tls-sni $HOST --to a@b --quit-after CONNECT --timeout 10`, []string{"unknown-root", "expired", "plain-http"}, false, nil},
		{"psql", "psql", `PGCONNECT_TIMEOUT=10 psql "host=$HOST port=$(cat $STAGE/postgres.port) sslmode=verify-full sslrootcert=$ROOT user=a dbname=b"`, []string{"unknown-root", "self-signed", "expired", "wrong-host", "missing-ca"}, false, nil},
		{"mysql", "mysql", `mariadb --ssl --ssl-verify-server-cert --ssl-ca=$ROOT -h 127.0.0.1 -P $(cat $STAGE/mysql.port) -u a`, []string{"unknown-root"}, false, nil},
		{"java", "java", `if [ "$ROOT" = "$STAGE/../roots.pem" ] || [ -s $ROOT ] && [ $(grep -c BEGIN $ROOT) -lt 9 ]; then S="-Djavax.net.ssl.trustStore=t.p12 -Djavax.net.ssl.trustStorePassword=changeit"; csplit -s -z -f r- $ROOT '/BEGIN/' '{*}'; for r in r-*; do keytool -J-Xshare:auto -importcert -noprompt -alias $r -file $r -keystore t.p12 -storepass changeit 2>/dev/null; done; fi; [ -e $ROOT ] || S="-Djavax.net.ssl.trustStore=$ROOT"; java -XX:TieredStopAtLevel=1 $S -cp $STAGE Ask 2>&1`, everything, true, nil},
	}...)
}

// onces are single commands, each with something wrong of its own.
func onces() []speaker {
	once := func(name, client, shell string, causes ...explain.Cause) speaker {
		return speaker{name: name, client: client, shell: shell, faults: []string{"once"}, causes: causes}
	}
	return []speaker{
		once("verify-chain", "openssl", `openssl verify $STAGE/own.pem`, explain.UntrustedRoot),
		once("verify-self", "openssl", `openssl verify $STAGE/strange.pem`, explain.SelfSigned),
		once("rsa-of-certificate", "openssl", `openssl pkey -in $STAGE/own.pem -noout`, explain.UnreadableKey),
		once("x509-missing", "openssl", `openssl x509 -in /nowhere/a.pem -noout`, explain.MissingKeyFile),
		once("server-mismatch", "openssl", `timeout 5 openssl s_server -accept 0 -cert $STAGE/own.pem -key $STAGE/strange-key.pem`, explain.KeyMismatch),
		once("curl-pinned", "curl", `curl -sS --cacert $ROOT --pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= $URL`, explain.Pinned),
		once("curl-status", "curl", `curl -sS --cacert $ROOT --cert-status $URL`, explain.RevocationUnknown),
		once("curl-no-cert", "curl", `curl -sS --cacert $ROOT --cert /nowhere/client.pem $URL`, explain.UnreadableKey, explain.MissingKeyFile),
		once("curl-wrong-key", "curl", `curl -sS --cacert $ROOT --cert $STAGE/own.pem --key $STAGE/strange-key.pem $URL`, explain.KeyMismatch, explain.UnreadableKey),
		once("curl-tls13-only", "curl", `curl -sS --cacert $ROOT --tls-max 1.0 $URL`, explain.ProtocolVersion),
		once("curl-cipher", "curl", `curl -sS --cacert $ROOT --ciphers NOTHING $URL`, explain.Cipher),
		once("python-pair", "python", `/usr/bin/python3 -c "import ssl; ssl.create_default_context().load_cert_chain('$STAGE/own.pem', '$STAGE/strange-key.pem')"`, explain.KeyMismatch),
		once("python-no-pem", "python", `/usr/bin/python3 -c "import ssl; ssl.create_default_context().load_cert_chain('$STAGE/no-certificate.pem')"`, explain.UnreadableKey),
		once("requests-insecure", "requests", `/usr/bin/python3 -c "import requests; requests.get('$URL', verify=False)"; false`, explain.NotVerified),
		once("node-extra", "node", `NODE_EXTRA_CA_CERTS=/nowhere/root.pem node -e 'require("tls").connect({port: 1})' 2>&1 | grep -i warning; false`, explain.MissingCAFile),
		once("node-insecure", "node", `NODE_TLS_REJECT_UNAUTHORIZED=0 node -e 'require("https").get(process.env.URL, r => process.exit(1))'`, explain.NotVerified),
		once("node-pair", "node-server", `node -e 'const fs = require("fs"); require("https").createServer({cert: fs.readFileSync(process.env.STAGE + "/own.pem"), key: fs.readFileSync(process.env.STAGE + "/strange-key.pem")})'`, explain.KeyMismatch),
		once("node-no-file", "node", `node -e 'require("fs").readFileSync("/nowhere/localhost-key.pem")'`, explain.MissingKeyFile),
		once("node-system-ca", "node", `NODE_OPTIONS=--use-system-ca node -e 0`, explain.StoreUnusable),
		once("java-no-store", "java", `URLS=a=$URL java -XX:TieredStopAtLevel=1 -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStore=$STAGE/no-certificate.pem -cp $STAGE Ask; false`, explain.StoreUnusable),
		once("ruby-no-file", "ruby", `ruby -ropenssl -e 'OpenSSL::X509::Store.new.add_file("/nowhere/root.pem")'`, explain.MissingCAFile),
		once("nginx-missing", "nginx", nginxTest("$STAGE/none.pem", "$STAGE/own-key.pem"), explain.MissingKeyFile, explain.UnreadableKey),
		once("nginx-mismatch", "nginx", nginxTest("$STAGE/own.pem", "$STAGE/strange-key.pem"), explain.KeyMismatch),
		once("nginx-no-pem", "nginx", nginxTest("$STAGE/no-certificate.pem", "$STAGE/own-key.pem"), explain.UnreadableKey),
		once("haproxy-mismatch", "haproxy", `cat $STAGE/own.pem $STAGE/strange-key.pem >a.pem; printf 'defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n mode http\n bind 127.0.0.1:1 ssl crt %s\n' $PWD/a.pem >c; haproxy -c -f c`, explain.KeyMismatch),
		once("haproxy-no-key", "haproxy", `printf 'defaults\n timeout client 1s\n timeout connect 1s\n timeout server 1s\nfrontend f\n mode http\n bind 127.0.0.1:1 ssl crt %s\n' $STAGE/own.pem >c; haproxy -c -f c`, explain.UnreadableKey),
		once("apache-missing", "apache", apacheTest("$STAGE/none.pem", "$STAGE/own-key.pem"), explain.MissingKeyFile),
		once("apache-mismatch", "apache", apacheTest("$STAGE/own.pem", "$STAGE/strange-key.pem"), explain.KeyMismatch),
	}
}

func nginxTest(certificate, key string) string {
	return `printf 'pid p;\nerror_log stderr;\nevents {}\nhttp { server { listen 127.0.0.1:1 ssl; ssl_certificate %s; ssl_certificate_key %s; } }\n' ` + certificate + " " + key + ` >c; nginx -t -p . -c c`
}

func apacheTest(certificate, key string) string {
	modules := "/usr/lib/apache2/modules/"
	return `printf 'ServerName app.localhost\nErrorLog /dev/stderr\nPidFile p\nLoadModule mpm_event_module ` + modules + `mod_mpm_event.so\nLoadModule authz_core_module ` + modules + `mod_authz_core.so\nLoadModule socache_shmcb_module ` + modules + `mod_socache_shmcb.so\nLoadModule ssl_module ` + modules + `mod_ssl.so\nListen 127.0.0.1:1\nSSLEngine on\nSSLCertificateFile %s\nSSLCertificateKeyFile %s\n' ` + certificate + " " + key + ` >c; timeout 10 apache2 -X -d . -f c`
}
