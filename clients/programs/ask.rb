# Asks for the head of a page with Net::HTTP.
$stdout.sync = true
require "net/http"
require "openssl"
url, seconds = URI(ARGV[0]), ARGV[1].to_f
puts "version ruby #{RUBY_VERSION}, #{OpenSSL::OPENSSL_LIBRARY_VERSION.split[0, 2].join(" ")}"
http = Net::HTTP.new(url.hostname, url.port)
http.use_ssl = true
http.open_timeout = http.read_timeout = http.ssl_timeout = seconds
http.max_retries = 0 if http.respond_to?(:max_retries=)
begin
  http.start
  begin
    puts "status #{http.request_head(url.request_uri).code}"
  rescue StandardError => failure
    warn "#{failure.class}: #{failure.message}"
  end
  exit! 0
rescue OpenSSL::SSL::SSLError => failure
  warn "#{failure.class}: #{failure.message}"
  exit! 60
rescue Timeout::Error
  exit! 62
rescue StandardError => failure
  warn "#{failure.class}: #{failure.message}"
  exit! 61
end
