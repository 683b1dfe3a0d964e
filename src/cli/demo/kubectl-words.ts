import { UsageError } from "../usage-error.ts";

/** Flags that take a value, by every way to write them. */
const valued: Readonly<Record<string, string>> = {
  "-n": "namespace",
  "--namespace": "namespace",
  "-o": "output",
  "--output": "output",
  "-f": "filename",
  "--filename": "filename",
  "--replicas": "replicas",
  "--for": "for",
  "--types": "types",
};

/** Those without one. */
const bare: Readonly<Record<string, string>> = {
  "-w": "watch",
  "--watch": "watch",
  "-A": "all-namespaces",
  "--all-namespaces": "all-namespaces",
};

export interface KubectlWords {
  readonly verb: string;
  /** `KIND/NAME` is two of them. */
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

/** What follows `kubectl`, as far as the demo's one knows it. Throws a UsageError. */
export function readKubectlWords(words: readonly string[]): KubectlWords {
  const flags = new Map<string, string>();
  const args: string[] = [];
  const rest = words.values();
  for (const word of rest) {
    if (!word.startsWith("-")) {
      args.push(...(args.length === 0 ? [word] : word.split("/")));
      continue;
    }
    const [name = "", ...value] = word.startsWith("--") ? word.split("=") : [word.slice(0, 2), ...(word.length > 2 ? [word.slice(2)] : [])];
    const known = bare[name];
    const taking = valued[name];
    if (known !== undefined) flags.set(known, "true");
    else if (taking === undefined)
      throw new UsageError(`this kubectl has no flag ${name}`, `it has ${Object.keys({ ...valued, ...bare }).join(", ")}`);
    else flags.set(taking, value.length > 0 ? value.join("=") : (rest.next().value ?? ""));
  }
  const [verb = "", ...others] = args;
  return { verb, args: others, flags };
}
