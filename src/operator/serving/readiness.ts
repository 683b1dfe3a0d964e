import type { HealthCheck } from "./health-check.ts";

/** Whether this replica wants requests: not from the moment on at which it begins to end. */
export interface Readiness {
  readonly check: HealthCheck;
  /** It is on its way out: Services take it from their endpoints, what is in flight goes on. */
  off(why: string): void;
}

export function createReadiness(): Readiness {
  let gone: string | undefined;
  return {
    check: { name: "shutdown", look: () => gone },
    off: (why) => {
      gone ??= why;
    },
  };
}

/** What one look at all checks says, as the API server's own health endpoints say it (apiserver, pkg/server/healthz). */
export interface HealthReport {
  readonly ok: boolean;
  readonly text: string;
}

/**
 * @param path of the endpoint without its slash: "readyz"
 * @param verbose says each check; a failed look always does
 */
export function reportHealth(path: string, checks: readonly HealthCheck[], verbose: boolean): HealthReport {
  const seen = checks.map(({ name, look }) => ({ name, why: attempt(look) }));
  const ok = seen.every(({ why }) => why === undefined);
  if (ok && !verbose) return { ok, text: "ok" };
  const lines = seen.map(({ name, why }) => (why === undefined ? `[+]${name} ok` : `[-]${name} failed: ${why}`));
  return { ok, text: `${[...lines, `${path} check ${ok ? "passed" : "failed"}`].join("\n")}\n` };
}

/** A check with a bug is one that fails. */
function attempt(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
