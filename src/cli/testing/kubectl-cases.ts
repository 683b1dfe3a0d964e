/**
 * Words after `kubectl drain`, and what kubectl 1.36.3 says of them on stderr after "error: " ("" where it goes on to ask the server).
 * Our parser is held to it here, the real kubectl in test/control-plane/command-line.test.ts.
 */
export const asKubectl: readonly (readonly [words: readonly string[], says: string])[] = [
  [["n1", "--force"], ""],
  [["n1", "--force=false"], ""],
  [["n1", "--force=maybe"], 'invalid argument "maybe" for "--force" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
  [["n1", "--force="], 'invalid argument "" for "--force" flag: strconv.ParseBool: parsing "": invalid syntax'],
  [["n1", "--grace-period", "-1"], ""],
  [["n1", "--grace-period=0x10"], ""],
  [["n1", "--grace-period=1_000"], ""],
  [["n1", "--grace_period=3"], ""],
  [["n1", "--grace-period=08"], 'invalid argument "08" for "--grace-period" flag: strconv.ParseInt: parsing "08": invalid syntax'],
  [
    ["n1", "--grace-period=99999999999999999999"],
    'invalid argument "99999999999999999999" for "--grace-period" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range',
  ],
  [["n1", "--timeout=5"], 'invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"'],
  [["n1", "--timeout="], 'invalid argument "" for "--timeout" flag: time: invalid duration ""'],
  [["n1", "--timeout=1d"], 'invalid argument "1d" for "--timeout" flag: time: unknown unit "d" in duration "1d"'],
  [["n1", "--timeout=."], 'invalid argument "." for "--timeout" flag: time: invalid duration "."'],
  [["n1", "--timeout=+5m"], ""],
  [["n1", "--timeout"], "flag needs an argument: --timeout"],
  [["n1", "-l"], "flag needs an argument: 'l' in -l"],
  [["-l", "--force"], ""],
  [["n1", "-Z"], "unknown shorthand flag: 'Z' in -Z"],
  [["n1", "-fx"], "unknown shorthand flag: 'f' in -fx"],
  [["n1", "-="], "unknown shorthand flag: '=' in -="],
  [["n1", "--foo"], "unknown flag: --foo"],
  [["n1", "--foo=1"], "unknown flag: --foo"],
  [["n1", "--=x"], "bad flag syntax: --=x"],
  [["n1", "---x"], "bad flag syntax: ---x"],
  [["n1", "--", "--force"], ""],
  [["n1", "-v", "x"], 'invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid syntax'],
  [["n1", "--request-timeout=5"], ""],
  [
    ["n1", "--request-timeout=-5"],
    "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
  ],
  [["n1", "--as-group=a,b", "--as-group", "c", "--as", "u", "--as-user-extra=k=v", "--as-uid=1"], ""],
  [["n1", "--warnings-as-errors", "--cache-dir=/x", "--match-server-version", "--profile=none", "--kuberc="], ""],
  [["n1", "--insecure-skip-tls-verify", "--tls-server-name", "x", "--username=u", "--password=p"], ""],
];
