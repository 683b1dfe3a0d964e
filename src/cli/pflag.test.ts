import { describe, expect, test } from "vitest";
import { acceptedFlags, commandNamed } from "./command-table.ts";
import { flagValues } from "./flag-values.ts";
import { parseGoBool, parseGoInt, parseWords } from "./pflag.ts";

const drain = commandNamed("drain");
const accepted = drain === undefined ? [] : acceptedFlags(drain);

/** Words after `kubectl drain`, and what kubectl 1.36.3 says to them on stderr ("" where it goes on to ask the server). */
const asKubectl: readonly (readonly [words: readonly string[], says: string])[] = [
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

describe("words are read as kubectl reads them", () => {
  test.each(asKubectl)("%j", (words, says) => {
    const parsed = parseWords(words, accepted);
    expect(parsed.ok ? "" : parsed.message).toBe(says);
  });

  const values = (...words: string[]): readonly string[] => {
    const parsed = parseWords(words, accepted);
    return parsed.ok ? [...parsed.given.map((one) => `${one.name}=${one.value}`), ...parsed.positionals] : [parsed.message];
  };

  test("a boolean never takes the next word, nor does --dry-run", () => {
    expect(values("--force", "false")).toEqual(["force=true", "false"]);
    expect(values("--dry-run", "server")).toEqual(["dry-run=client", "server"]);
  });

  test("a short takes its value with, without and after an equals sign", () => {
    expect(values("-l=a=b")).toEqual(["selector=a=b"]);
    expect(values("-la=b")).toEqual(["selector=a=b"]);
    expect(values("-l", "a=b")).toEqual(["selector=a=b"]);
    expect(values("-l=")).toEqual(["selector=="]);
  });

  test("shorts may stand together, the last one with a value", () => {
    expect(values("-yqojson", "n1")).toEqual(["yes=true", "quiet=true", "output=json", "n1"]);
  });

  test("-- ends the flags and a lone dash is an argument", () => {
    expect(values("-", "--", "--force", "-l")).toEqual(["-", "--force", "-l"]);
  });

  test("--dry-run alone means client and says that this is deprecated", () => {
    const parsed = parseWords(["n1", "--dry-run"], accepted);
    expect(parsed).toMatchObject({ ok: true, notes: ["--dry-run is deprecated and can be replaced with --dry-run=client."] });
  });

  test("--delete-local-data, which kubectl has dropped, is accepted with a note", () => {
    const parsed = parseWords(["n1", "--delete-local-data"], accepted);
    expect(parsed).toMatchObject({
      given: [{ name: "delete-emptydir-data", value: "true" }],
      notes: ["--delete-local-data is an old spelling of --delete-emptydir-data"],
    });
  });

  test("a typing error is answered with the nearest flag", () => {
    expect(parseWords(["--ignore-daemonset"], accepted)).toMatchObject({ next: "did you mean --ignore-daemonsets?" });
    expect(parseWords(["-force"], accepted)).toMatchObject({ next: "did you mean --force?" });
    expect(parseWords(["--zzzzzz"], accepted)).toMatchObject({ next: "" });
  });
});

describe("values", () => {
  test("Go's booleans and integers", () => {
    expect(["1", "t", "TRUE", "0", "F", "yes", ""].map(parseGoBool)).toEqual([true, true, true, false, false, undefined, undefined]);
    expect(["010", "0x1F", "-0b11", "1_0", "_1", "1__0", "+7", "-0"].map(parseGoInt)).toEqual([8, 31, -3, 10, undefined, undefined, 7, 0]);
  });

  test("the last one counts; lists join", () => {
    const given = flagValues([
      { name: "force", value: "true" },
      { name: "force", value: "false" },
      { name: "allow", value: "emptydir, partial" },
      { name: "allow", value: "unmanaged,emptydir" },
    ]);
    expect(given.on("force")).toBe(false);
    expect(given.texts("allow")).toEqual(["emptydir", "partial", "unmanaged"]);
  });

  test("a value outside a closed set is refused with the set", () => {
    const given = flagValues([
      { name: "allow", value: "everything" },
      { name: "dry-run", value: "foo" },
    ]);
    expect(() => given.texts("allow")).toThrow('invalid value "everything" for --allow');
    expect(() => given.text("dry-run")).toThrow('Invalid dry-run value (foo). Must be "none", "server", or "client".');
  });
});
