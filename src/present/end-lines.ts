import type { MissingPermission } from "../maintenance/outcome.ts";
import { bad, dim, type Line, plain, strong } from "./line.ts";
import { someOf } from "./names.ts";

/** What was not done, and why. */
export function error(text: string): Line {
  return [bad("error"), plain(`: ${text}`)];
}

/** The next step, or what should be known beside it. */
export function hint(text: string): Line {
  return [dim(`  → ${text}`)];
}

/** A command line to copy. */
export function paste(line: string): Line {
  return [plain("  "), strong(line)];
}

/** The server was asked beforehand. */
export function notPermitted(missing: readonly MissingPermission[]): Line {
  const needs = missing.map(({ verb, resource, namespace }) => `${verb} ${resource}${namespace === undefined ? "" : ` in ${namespace}`}`);
  return error(`not permitted: ${someOf(needs, 10)}; nothing was changed`);
}
