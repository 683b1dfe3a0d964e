/**
 * Time and randomness are injected (`Clock`, `Random`); only `src/runtime/` touches what the platform offers, so that a virtual clock
 * and a seed decide every run. This is the list of what may not be named elsewhere, in whatever form: called, aliased, destructured,
 * or reached through `globalThis`.
 */
export const ambientHome = "src/runtime/";

const clock = "take a Clock and use its timer, sleep, deadline or breathe";
const now = "take a Clock and use now() or monotonic()";
const random = "take a Random and use next() or uuid()";

/** Globals that may not be named at all. */
export const bannedGlobals: Readonly<Record<string, string>> = {
  setTimeout: clock,
  setInterval: clock,
  setImmediate: clock,
  clearTimeout: "dispose what clock.timer returned",
  clearInterval: "dispose what clock.timer returned",
  clearImmediate: "dispose what clock.timer returned",
  queueMicrotask: clock,
  performance: now,
  Temporal: now,
  require: "import it: what is required at run time cannot be checked",
};

/**
 * Globals of which some members are fine. They may be used as `Name.member` only, never as a value, so that no alias hides a member.
 * `only`: these members and no others. `never`: all members but these.
 */
export interface Guarded {
  readonly only?: readonly string[];
  readonly never?: readonly string[];
  readonly mend: string;
}
export const guardedGlobals: Readonly<Record<string, Guarded>> = {
  Math: { never: ["random"], mend: random },
  crypto: { only: ["subtle"], mend: random },
  AbortSignal: { never: ["timeout"], mend: "use clock.deadline, which a virtual clock can move" },
  Atomics: { never: ["wait", "waitAsync"], mend: clock },
};

/** Members that may not be read from a global that is otherwise free to be passed around. */
export const bannedMembers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  process: {
    hrtime: now,
    uptime: now,
    nextTick: clock,
    getBuiltinModule: "import it: what is loaded at run time cannot be checked",
  },
};

/** Modules whose only purpose is time. */
export const bannedModules: Readonly<Record<string, string>> = { timers: clock, "timers/promises": clock, perf_hooks: now };

/** Names that may not be imported from a module; such a module is imported by names only, never whole. */
export const bannedImports: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  crypto: {
    randomUUID: random,
    randomBytes: random,
    randomInt: random,
    randomFill: random,
    randomFillSync: random,
    getRandomValues: random,
    webcrypto: random,
  },
  process: { hrtime: now, uptime: now, nextTick: clock, getBuiltinModule: "import it" },
  module: { createRequire: "import it: what is required at run time cannot be checked" },
};

/** Where `Date` may be used to read and write stamps: with an argument, never for the present time. */
export const stampsHome = "src/kube/time.ts";

/** Files that must do by themselves what the rule forbids, with the reason. */
export const ambientExceptions: Readonly<Record<string, string>> = {
  "src/operator/serving/web-crypto-types.d.ts": "declares types, and runs nothing: a library's declarations name them as browsers do",
};
