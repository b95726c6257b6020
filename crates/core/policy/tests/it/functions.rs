//! The functions that users of Kubernetes know: its documented examples, and what lies beside them.

use crate::support::{all_fail, all_refused, all_true};

#[test]
fn texts() {
    all_true(&[
        "'hello'.contains('ell') && 'hello'.startsWith('he') && 'hello'.endsWith('lo') && !'hello'.contains('x')",
        "'TacoCat'.lowerAscii() == 'tacocat' && 'TacoCÆt'.upperAscii() == 'TACOCÆT'",
        "'  trim  '.trim() == 'trim' && 'abc'.reverse() == 'cba'",
        "'hello mellow'.indexOf('') == 0 && 'hello mellow'.indexOf('ello') == 1",
        "'hello mellow'.indexOf('jello') == -1 && 'hello mellow'.indexOf('', 2) == 2 && 'hello mellow'.indexOf('ello', 2) == 7",
        "'hello mellow'.lastIndexOf('') == 12 && 'hello mellow'.lastIndexOf('ello') == 7",
        "'hello mellow'.lastIndexOf('jello') == -1 && 'hello mellow'.lastIndexOf('ello', 6) == 1",
        "'hello hello'.replace('he', 'we') == 'wello wello' && 'hello hello'.replace('he', 'we', 1) == 'wello hello'",
        "'hello hello'.replace('he', 'we', 0) == 'hello hello' && 'hello hello'.replace('he', 'we', -1) == 'wello wello'",
        "'hello hello hello'.split(' ') == ['hello', 'hello', 'hello'] && 'hello hello hello'.split(' ', 0) == []",
        "'hello hello hello'.split(' ', 1) == ['hello hello hello'] && 'hello hello hello'.split(' ', 2) == ['hello', 'hello hello']",
        "'hello hello hello'.split(' ', -1).size() == 3 && 'ab'.split('') == ['a', 'b'] && ''.split(',') == ['']",
        "'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco' && 'äöü'.substring(1, 2) == 'ö'",
        "'hello'.charAt(4) == 'o' && 'hello'.charAt(5) == ''",
        "['hello', 'mellow'].join() == 'hellomellow' && ['hello', 'mellow'].join(' ') == 'hello mellow' && [].join('/') == ''",
    ]);
    all_fail(&[
        ("'tacocat'.substring(5, 3) == ''", "before its start"),
        ("'tacocat'.substring(9) == ''", "out of range"),
        ("'hello'.charAt(-1) == ''", "out of range"),
    ]);
}

#[test]
fn patterns() {
    all_true(&[
        "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == ''",
        "'123 abc 456'.findAll('[0-9]+') == ['123', '456'] && '1 2 3'.findAll('[0-9]', 2) == ['1', '2']",
        "'1 2 3'.findAll('[0-9]', 0) == [] && '1 2 3'.findAll('[0-9]', -1).size() == 3",
        "'foobar'.matches('foo.*') && matches('foobar', 'oba') && !'foobar'.matches('^bar')",
        "'foobar'.matches(['^', 'foo'].join())",
    ]);
    all_refused(&[("'a'.matches('(')", "unclosed group"), ("'a'.matches('a{1000}{1000}{1000}')", "more than")]);
    all_fail(&[("'a'.matches(['(', ''].join())", "unclosed group")]);
}

#[test]
fn lists_and_sets() {
    all_true(&[
        "[[1], [], [2, 3]].flatten() == [1, 2, 3] && [].flatten() == [] && [[[1]]].flatten() == [[1]]",
        "[1, 2, 3].isSorted() && ['a', 'b', 'b', 'c'].isSorted() && ![2.0, 1.0].isSorted() && [1].isSorted() && [].isSorted()",
        "[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && [].sum() == 0 && [1u, 2u].sum() == 3u",
        "[1, 3, 2].min() == 1 && [1, 3, 2].max() == 3 && ['b', 'a'].min() == 'a'",
        "[1, 2, 2, 3].indexOf(2) == 1 && ['a', 'b', 'b', 'c'].lastIndexOf('b') == 2 && [1.0].indexOf(1.1) == -1",
        "sets.contains([], []) && !sets.contains([], [1]) && sets.contains([1, 2, 3, 4], [2, 3])",
        "sets.contains([1, 2.0, 3u], [1.0, 2u, 3])",
        "sets.equivalent([], []) && sets.equivalent([1], [1, 1]) && sets.equivalent([1], [1u, 1.0])",
        "!sets.equivalent([1, 2, 3], [3u, 2.0])",
        "!sets.intersects([1], []) && sets.intersects([1], [1, 2]) && sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])",
    ]);
    all_fail(&[
        ("[].min() == 1", "empty list"),
        ("[dyn(1), dyn('a')].isSorted()", "no order"),
        ("dyn([1]).flatten() == []", "no list"),
    ]);
}

#[test]
fn quantities() {
    all_true(&[
        "isQuantity('1.3Gi') && isQuantity('1.3G') && !isQuantity('1.3GiB') && isQuantity('100k') && isQuantity('10000k')",
        "!isQuantity('200K') && !isQuantity('Three') && !isQuantity('Mi') && !isQuantity('') && !isQuantity('1.2.3')",
        "isQuantity('1e3') && isQuantity('1E-3') && isQuantity('+5') && isQuantity('-.5') && isQuantity('5.') && !isQuantity('.')",
        "quantity('200M').sign() == 1 && quantity('0').sign() == 0 && quantity('-1').sign() == -1",
        "quantity('50000000G').isInteger() && quantity('50k').isInteger() && !quantity('500m').isInteger()",
        "quantity('9999999999999999999999999999999999999G').isInteger()",
        "quantity('50k').asInteger() == 50000 && quantity('1Ki').asInteger() == 1024",
        "quantity('50.703k').asApproximateFloat() == 50703.0",
        "quantity('50k').add(quantity('20k')) == quantity('70k') && quantity('50k').add(20) == quantity('50020')",
        "quantity('50k').sub(quantity('20k')) == quantity('30k') && quantity('50k').sub(20000) == quantity('30k')",
        "quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20')",
        "quantity('200M').compareTo(quantity('0.2G')) == 0 && quantity('50M').compareTo(quantity('50Mi')) == -1",
        "quantity('50Mi').compareTo(quantity('50M')) == 1 && quantity('150Mi').isGreaterThan(quantity('100Mi'))",
        "quantity('50M').isLessThan(quantity('100M')) && !quantity('100M').isLessThan(quantity('50M'))",
        "quantity('0.1n') == quantity('1n') && quantity('1e1000') == quantity('1e999') && quantity('1e-1000') == quantity('1n')",
    ]);
    all_fail(&[
        ("quantity(ship.name).sign() == 0", "no quantity"),
        ("quantity('0.5').asInteger() == 0", "no whole number"),
    ]);
    all_refused(&[("quantity('5 GB').sign() == 0", "no quantity")]);
}

#[test]
fn addresses() {
    all_true(&[
        "isIP('192.168.0.1') && isIP('::1') && !isIP('192.168.0.256') && !isIP(':::1') && !isIP('') && !isIP('::ffff:1.2.3.4')",
        "!isIP('1.2.3') && !isIP('01.2.3.4') && !isIP('fe80::1%eth0')",
        "ip('127.0.0.1').family() == 4 && ip('::1').family() == 6",
        "ip('0.0.0.0').isUnspecified() && ip('::').isUnspecified() && !ip('127.0.0.1').isUnspecified()",
        "ip('127.0.0.1').isLoopback() && ip('::1').isLoopback() && !ip('192.168.0.1').isLoopback()",
        "ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast() && !ip('224.0.1.1').isLinkLocalMulticast()",
        "ip('169.254.169.254').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast() && !ip('fd80::1').isLinkLocalUnicast()",
        "ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && !ip('::1').isGlobalUnicast()",
        "ip('2001:db8::abcd').isGlobalUnicast() && !ip('ff00::1').isGlobalUnicast()",
        "ip.isCanonical('127.0.0.1') && ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')",
        "!ip.isCanonical('2001:db8::0:0:0:abcd') && string(ip('2001:DB8::ABCD')) == '2001:db8::abcd'",
        "ip('::1') == ip('0:0:0:0:0:0:0:1')",
        "isCIDR('192.168.0.0/16') && isCIDR('::1/128') && !isCIDR('192.168.0.0/33') && !isCIDR('::1/129') && !isCIDR('10.0.0.0')",
        "!isCIDR('10.0.0.0/08') && !isCIDR('10.0.0.0/+8')",
        "cidr('192.168.0.0/24').containsIP(ip('192.168.0.1')) && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))",
        "cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP('::1')",
        "cidr('192.168.0.0/16').containsCIDR(cidr('192.168.10.0/24')) && !cidr('192.168.1.0/24').containsCIDR('192.168.2.0/24')",
        "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && !cidr('192.168.0.0/24').containsCIDR('192.168.0.0/16')",
        "cidr('192.168.0.1/24').ip() == ip('192.168.0.1') && cidr('192.168.0.1/24').masked() == cidr('192.168.0.0/24')",
        "cidr('192.168.0.0/24').masked() == cidr('192.168.0.0/24') && cidr('0.0.0.0/0').containsIP('8.8.8.8')",
        "cidr('192.168.0.0/16').prefixLength() == 16 && cidr('::1/128').prefixLength() == 128",
        "string(cidr('192.168.0.0/16')) == '192.168.0.0/16'",
        "!cidr('0.0.0.0/0').containsIP('::1') && cidr('::/0').containsIP('::1')",
    ]);
    all_fail(&[("cidr('10.0.0.0/8').containsIP(ship.name)", "no IP address")]);
    all_refused(&[
        ("ip('192.168.0.300').isLoopback()", "no IP address"),
        ("cidr('10.0.0.0/64').ip() == ip('::1')", "no CIDR"),
    ]);
}

#[test]
fn urls() {
    all_true(&[
        "isURL('https://example.com:80/') && isURL('/path') && !isURL('../relative') && !isURL('') && !isURL('https://a b/')",
        "isURL('https://[::1]:80/') && !isURL('https://[::x]/') && !isURL('https://a:b/') && !isURL('/%zz')",
        "url('https://example.com:80/').getHost() == 'example.com:80' && url('https://example.com/').getHost() == 'example.com'",
        "url('https://[::1]:80/').getHost() == '[::1]:80' && url('/path').getHost() == ''",
        "url('https://example.com:80/').getHostname() == 'example.com' && url('https://127.0.0.1:80/').getHostname() == '127.0.0.1'",
        "url('https://[::1]:80/').getHostname() == '::1' && url('https://user:pw@example.com/').getHostname() == 'example.com'",
        "url('/path').getScheme() == '' && url('HTTPS://example.com/').getScheme() == 'https'",
        "url('https://example.com:80/').getPort() == '80' && url('https://example.com/').getPort() == ''",
        "url('https://example.com/path').getEscapedPath() == '/path' && url('https://example.com').getEscapedPath() == ''",
        "url('https://example.com/with%20space/').getEscapedPath() == '/with%20space/'",
        "url('https://example.com/path?k1=a&k2=b&k2=c').getQuery() == {'k1': ['a'], 'k2': ['b', 'c']}",
        "url('https://example.com/path?key with spaces=value'.replace(' ', '%20')).getQuery() == {'key with spaces': ['value']}",
        "url('https://example.com/path?').getQuery() == {} && url('https://example.com/path').getQuery() == {}",
        "url('https://example.com/') == url('https://example.com/') && url('/a') != url('/b')",
    ]);
    all_refused(&[("url('://x').getHost() == ''", "no URL")]);
}

#[test]
fn semantic_versions() {
    all_true(&[
        "isSemver('1.0.0') && isSemver('0.1.0-alpha.1') && isSemver('1.2.3+build') && !isSemver('hello') && !isSemver('1.0')",
        "!isSemver('v1.0.0') && isSemver('v1.0', true) && isSemver('01.0', true)",
        "semver('1.2.3').major() == 1 && semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3",
        "semver('1.2.3').isLessThan(semver('1.2.10')) && semver('1.2.3').isGreaterThan(semver('1.2.3-rc.1'))",
        "semver('1.2.3').compareTo(semver('1.2.3')) == 0 && semver('v1.0', true) == semver('1.0.0')",
        "semver('1.0.0+a') == semver('1.0.0+b')",
    ]);
}
