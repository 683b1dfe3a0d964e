import { describe, expect, test } from "vitest";
import { acceptedFlags, commandNamed } from "./command-table.ts";
import { flagValues } from "./flag-values.ts";
import { parseGoBool, parseGoInt, parseWords } from "./pflag.ts";
import { asKubectl } from "./testing/kubectl-cases.ts";

const drain = commandNamed("drain");
const accepted = drain === undefined ? [] : acceptedFlags(drain);

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
