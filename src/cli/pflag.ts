import { parseGoDuration, parseRequestTimeout } from "../kube/go-duration.ts";
import { type Flag, type FlagName, flags } from "./flags.ts";
import { nearest } from "../runtime/nearest.ts";

/** One flag as it was given; `value` is the text that its type has accepted. */
export interface Given {
  readonly name: FlagName;
  readonly value: string;
}

export type Parsed =
  | {
      readonly ok: true;
      readonly given: readonly Given[];
      readonly positionals: readonly string[];
      /** For stderr: old spellings and the like. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly message: string; readonly next: string };

/**
 * Reads words by the rules of pflag, which kubectl uses: booleans and other flags with a value-when-bare never take the next word; `--a=b`, `--a b`,
 * `-lb`, `-l=b`, `-l b`; shorts may be grouped; `--` ends the flags; `_` in a long name counts as `-`; a lone `-` is an argument.
 * Errors are pflag's, with the nearest flag where one is near.
 */
export function parseWords(words: readonly string[], accepted: readonly FlagName[]): Parsed {
  const longs = longNames(accepted);
  const given: Given[] = [];
  const positionals: string[] = [];
  const notes: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") {
      positionals.push(...words.slice(i + 1));
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      positionals.push(word);
      continue;
    }
    const read = word.startsWith("--") ? readLong(word, words[i + 1], longs) : readShorts(word, words[i + 1], accepted);
    if (!read.ok) return read;
    for (const one of read.given) {
      const complaint = complaintAbout(flags[one.name], one.value);
      if (complaint !== undefined) {
        // kubectl reads --request-timeout only after parsing, so its complaint stands alone.
        const message =
          flags[one.name].type === "request-timeout"
            ? complaint
            : `invalid argument "${one.value}" for "${spelled(one.name)}" flag: ${complaint}`;
        return { ok: false, message, next: "" };
      }
      given.push(one);
    }
    notes.push(...read.notes);
    if (read.tookNext) i++;
  }
  return { ok: true, given, positionals, notes };
}

function spelled(name: FlagName): string {
  const { short } = flags[name];
  return short === undefined ? `--${name}` : `-${short}, --${name}`;
}

type Read =
  | { readonly ok: true; readonly given: readonly Given[]; readonly notes: readonly string[]; readonly tookNext: boolean }
  | { readonly ok: false; readonly message: string; readonly next: string };

function longNames(accepted: readonly FlagName[]): ReadonlyMap<string, { readonly name: FlagName; readonly old: boolean }> {
  const map = new Map<string, { readonly name: FlagName; readonly old: boolean }>();
  for (const name of accepted) {
    map.set(name, { name, old: false });
    for (const old of flags[name].old ?? []) map.set(old, { name, old: true });
  }
  return map;
}

function readLong(word: string, next: string | undefined, longs: ReturnType<typeof longNames>): Read {
  const body = word.slice(2);
  if (body.startsWith("-") || body.startsWith("=")) return { ok: false, message: `bad flag syntax: ${word}`, next: "" };
  const equals = body.indexOf("=");
  const typed = (equals < 0 ? body : body.slice(0, equals)).replaceAll("_", "-");
  const found = longs.get(typed);
  if (found === undefined) {
    const near = nearest(typed, [...longs.keys()]);
    return { ok: false, message: `unknown flag: --${typed}`, next: near === undefined ? "" : `did you mean --${near}?` };
  }
  const flag = flags[found.name];
  const notes = found.old ? [`--${typed} is an old spelling of --${found.name}`] : [];
  if (equals >= 0) return { ok: true, given: [{ name: found.name, value: body.slice(equals + 1) }], notes, tookNext: false };
  if (flag.bare !== undefined) {
    if (flag.bareNote !== undefined) notes.push(flag.bareNote);
    return { ok: true, given: [{ name: found.name, value: flag.bare }], notes, tookNext: false };
  }
  if (next === undefined) return { ok: false, message: `flag needs an argument: --${typed}`, next: "" };
  return { ok: true, given: [{ name: found.name, value: next }], notes, tookNext: true };
}

function readShorts(word: string, next: string | undefined, accepted: readonly FlagName[]): Read {
  const given: Given[] = [];
  for (let rest = word.slice(1); rest !== ""; rest = rest.slice(1)) {
    const short = rest[0] ?? "";
    const name = accepted.find((candidate) => flags[candidate].short === short);
    if (name === undefined) {
      // A long name with one dash is the usual slip: `-force`.
      const long = word.slice(1).replace(/=.*/s, "");
      const meant = accepted.find((candidate) => candidate === long);
      const hint = meant === undefined || meant.length === 1 ? "" : `did you mean --${meant}?`;
      return { ok: false, message: `unknown shorthand flag: '${short}' in ${word}`, next: hint };
    }
    const flag = flags[name];
    if (rest.length > 2 && rest[1] === "=")
      return { ok: true, given: [...given, { name, value: rest.slice(2) }], notes: [], tookNext: false };
    if (flag.bare !== undefined) {
      given.push({ name, value: flag.bare });
      continue;
    }
    if (rest.length > 1) return { ok: true, given: [...given, { name, value: rest.slice(1) }], notes: [], tookNext: false };
    if (next === undefined) return { ok: false, message: `flag needs an argument: '${short}' in ${word}`, next: "" };
    return { ok: true, given: [...given, { name, value: next }], notes: [], tookNext: true };
  }
  return { ok: true, given, notes: [], tookNext: false };
}

const boolTexts = ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];

/** Go's strconv.ParseBool. */
export function parseGoBool(text: string): boolean | undefined {
  const index = boolTexts.indexOf(text);
  return index < 0 ? undefined : index < 6;
}

const goInt = /^([-+]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/;

/** Go's strconv.ParseInt with base 0: decimal, 0x, 0o, 0b, a leading 0 is octal, underscores between digits. */
export function parseGoInt(text: string): number | undefined {
  const match = goInt.exec(text);
  if (match === null) return undefined;
  const digits = (match[2] ?? "").replaceAll("_", "");
  const magnitude = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return Number.isSafeInteger(magnitude) ? (match[1] === "-" && magnitude !== 0 ? -magnitude : magnitude) : undefined;
}

function complaintAbout(flag: Flag, value: string): string | undefined {
  switch (flag.type) {
    case "bool":
      return parseGoBool(value) === undefined ? `strconv.ParseBool: parsing "${value}": invalid syntax` : undefined;
    case "int":
      if (parseGoInt(value) !== undefined) return undefined;
      return `strconv.ParseInt: parsing "${value}": ${goInt.test(value) ? "value out of range" : "invalid syntax"}`;
    case "duration": {
      const reading = parseGoDuration(value);
      return reading.ok ? undefined : reading.message;
    }
    case "request-timeout": {
      const reading = parseRequestTimeout(value);
      return reading.ok ? undefined : reading.message;
    }
    case "text":
    case "texts":
    case "list":
      return undefined;
  }
}
