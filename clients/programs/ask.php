// Asks for the head of a page with PHP's own streams.
[$url, $seconds] = array_slice($argv, -2);
echo 'version php ' . PHP_VERSION . (defined('OPENSSL_VERSION_TEXT') ? ', ' . implode(' ', array_slice(explode(' ', OPENSSL_VERSION_TEXT), 0, 2)) : '') . "\n";
$said = '';
set_error_handler(function ($level, $text) use (&$said) { $said .= $text . "\n"; return true; });
$context = stream_context_create(['http' => ['method' => 'HEAD', 'follow_location' => 0, 'ignore_errors' => true, 'timeout' => (float)$seconds]]);
$began = microtime(true);
$stream = fopen($url, 'r', false, $context);
if ($stream !== false) {
	$head = stream_get_meta_data($stream)['wrapper_data'][0] ?? '';
	if (preg_match('~^HTTP/\S+ (\d+)~', $head, $found)) echo "status $found[1]\n";
	exit(0);
}
fwrite(STDERR, $said);
if (microtime(true) - $began >= (float)$seconds) exit(62);
// The host may have such words in its name.
if (preg_match('/SSL|crypto|certificate/i', str_replace([$url, parse_url($url, PHP_URL_HOST)], '', $said))) exit(60);
exit(61);
