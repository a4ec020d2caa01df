# Asks for the head of a page with HTTP::Tiny, certificates checked: that is its
# default since Perl 5.38.
use strict;
use warnings;
use HTTP::Tiny;
use IO::Socket::SSL;
my ($url, $seconds) = @ARGV;
printf "version perl %vd, %s\n", $^V, join " ", (split / /, Net::SSLeay::SSLeay_version(0))[0, 1];
my $began = time;
my $answer = HTTP::Tiny->new(verify_SSL => 1, max_redirect => 0, timeout => $seconds)->head($url);
if ($answer->{status} != 599) {
	print "status $answer->{status}\n";
	exit 0;
}
print STDERR $answer->{content};
exit 62 if $answer->{content} =~ /^Timed out/ || time - $began >= $seconds;
my ($host) = $url =~ m{^https://(\[[^\]]*\]|[^/:?#]+)};
$answer->{content} =~ s/\Q$host\E//g; # which may have such words in it
exit 60 if $answer->{content} =~ /^SSL connection failed|certificate/i;
exit 0 if $answer->{content} =~ /^(?:Unexpected end of stream|Malformed Status-Line)/;
exit 61;
