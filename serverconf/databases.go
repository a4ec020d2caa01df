package serverconf

import (
	"strconv"
	"strings"

	"devca/diag"
)

func databases() []Server {
	return []Server{
		{
			Name: "postgres", Title: "PostgreSQL", Aliases: []string{"postgresql", "pg"}, Kind: Database, File: "tls.conf",
			Place: "the folder conf.d/ beside postgresql.conf, which names it as include_dir = 'conf.d'; or at the end of postgresql.conf",
			Start: "systemctl reload postgresql (the first time, restart)", Reload: "SELECT pg_reload_conf();", Port: 5432, Scheme: "postgres",
			Limits: []string{
				"Up to 17 it takes no X25519 (ssl_ecdh_curve = 'X25519' ends in \"could not create key\") and asks clients of today twice: trace/hello-retry. From 18 on ssl_groups can have it.",
				"PostgreSQL switches tickets and the session cache off in its code, up to 17 at least: trace/no-resumption cannot be mended.",
				"The key has to belong to the database's user, in a folder that it may enter: sudo install -o postgres -m 0600 CERT KEY /var/lib/postgresql/, then --cert and --key with those.",
			},
			write: (*site).writePostgres,
		},
		{
			Name: "redis", Title: "Redis", Aliases: []string{"valkey"}, Kind: Database, File: "tls.conf",
			Place: "/etc/redis/, with a last line in redis.conf: include /etc/redis/tls.conf", Start: "systemctl restart redis-server",
			Reload: "CONFIG SET tls-cert-file PATH", Port: 6379, Scheme: "tls",
			Limits: []string{"The database's user has to be able to read the files: sudo install -o redis -m 0600 CERT KEY /etc/redis/, then --cert and --key with those."},
			write:  (*site).writeRedis,
		},
		{
			Name: "mysql", Title: "MySQL and MariaDB", Aliases: []string{"mariadb"}, Kind: Database, File: "tls.cnf",
			Place: "/etc/mysql/conf.d/ (MariaDB: /etc/mysql/mariadb.conf.d/)", Start: "systemctl restart mysql (or mariadb)",
			Reload: "ALTER INSTANCE RELOAD TLS; (MariaDB: FLUSH SSL;)", Port: 3306, Scheme: "mysql",
			Limits: []string{
				"MariaDB asks every client for a certificate and goes on without one, whatever one configures: verify/client-certificate-asked.",
				"The database's user has to be able to read the files: sudo install -o mysql -m 0600 CERT KEY /etc/mysql/, then --cert and --key with those.",
			},
			write: (*site).writeMySQL,
		},
	}
}

// rootWord is the root as a shell takes it, for the comments about clients.
func (s *site) rootWord() string {
	if s.Root == "" {
		return "ROOT"
	}
	return diag.CommandLine(s.Root)
}

// postgres knows doubled quotes and backslashes as escapes (GUC_scanstr).
func postgres(value string) string {
	return "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(value) + "'"
}

const postgresTemplate = `# Made by devca config postgres.
listen_addresses = '@ADDRESS@'
port = @PORT@
ssl = on
# The file holds the leaf and the issuing CA: clients know the root only.
ssl_cert_file = @CERT@
ssl_key_file = @KEY@
ssl_min_protocol_version = 'TLSv1.2'
ssl_ciphers = '@SUITES@'
@CLIENTS@# In pg_hba.conf, so that nobody comes without TLS@CLIENTWORD@:
#     hostssl all all 127.0.0.1/32 scram-sha-256@CLIENTCERT@
# And clients, so that they check the name: sslmode=verify-full sslrootcert=@ROOT@
`

func (s *site) writePostgres() string {
	return fill(postgresTemplate, "@ROOT@", s.rootWord(), "@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen), "@CERT@", postgres(s.Cert), "@KEY@", postgres(s.Key), "@SUITES@", suites12,
		"@CLIENTS@", when(s.ClientCA != "", "# Clients may show a certificate under this root; pg_hba.conf says who has to.\nssl_ca_file = "+postgres(s.ClientCA)+"\n"),
		"@CLIENTWORD@", when(s.ClientCA != "", " and a certificate"), "@CLIENTCERT@", when(s.ClientCA != "", " clientcert=verify-ca"))
}

// redis reads double quotes with \" and \\ (sdssplitargs).
func redis(value string) string { return `"` + backslashed(value) + `"` }

const redisTemplate = `# Made by devca config redis.
bind @ADDRESS@
# No port without TLS.
port 0
tls-port @PORT@
# The file holds the leaf and the issuing CA: clients know the root only.
tls-cert-file @CERT@
tls-key-file @KEY@
tls-protocols "TLSv1.2 TLSv1.3"
tls-ciphers @SUITES@
tls-session-caching yes
@CLIENTS@# Clients: redis-cli --tls --cacert @ROOT@@CLIENTCERT@
`

func (s *site) writeRedis() string {
	clients := "# Redis asks for certificates of clients unless told not to.\ntls-auth-clients no\n"
	if s.ClientCA != "" {
		clients = "# Clients show a certificate under this root.\ntls-auth-clients yes\ntls-ca-cert-file " + redis(s.ClientCA) + "\n"
	}
	return fill(redisTemplate, "@ROOT@", s.rootWord(), "@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen), "@CERT@", redis(s.Cert), "@KEY@", redis(s.Key), "@SUITES@", suites12,
		"@CLIENTS@", clients, "@CLIENTCERT@", when(s.ClientCA != "", " --cert CERT --key KEY"))
}

// mysql takes quotes away at the ends only, and has no way to write one inside.
func (s *site) mysql(value string) string {
	if strings.ContainsAny(value, "\"'#") {
		return s.refuse(value, "files of options of MySQL have no way to write quotes and # inside a value")
	}
	return `"` + backslashed(value) + `"`
}

const mysqlTemplate = `# Made by devca config mysql.
[mysqld]
bind_address = @ADDRESS@
port = @PORT@
# The file holds the leaf and the issuing CA: clients know the root only.
ssl_cert = @CERT@
ssl_key = @KEY@
tls_version = TLSv1.2,TLSv1.3
ssl_cipher = @SUITES@
# Nobody comes without TLS, apart from sockets of this machine.
require_secure_transport = ON
@CLIENTS@# Clients, so that they check the name: --ssl-ca=@ROOT@ --ssl-mode=VERIFY_IDENTITY
# (MariaDB: --ssl-ca=@ROOT@ --ssl-verify-server-cert)
`

func (s *site) writeMySQL() string {
	return fill(mysqlTemplate, "@ROOT@", s.rootWord(), "@ADDRESS@", s.Address, "@PORT@", strconv.Itoa(s.Listen), "@CERT@", s.mysql(s.Cert), "@KEY@", s.mysql(s.Key), "@SUITES@", suites12,
		"@CLIENTS@", when(s.ClientCA != "", "# Clients may show a certificate under this root; CREATE USER ... REQUIRE X509 says who has to.\nssl_ca = "+s.mysql(s.ClientCA)+"\n"))
}
