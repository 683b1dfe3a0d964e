import { homedir } from "node:os";

/** What the machine says about who we are. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
  /** What stands before /var/run/secrets/kubernetes.io/serviceaccount, where a pod finds its service account: nothing, but in tests. */
  readonly serviceAccount: string;
  /** Whether a person can answer an exec plugin's question. */
  readonly terminal: boolean;
}

export function ownSurroundings(): Surroundings {
  return {
    env: process.env,
    home: process.env["HOME"] ?? homeOfUser(),
    serviceAccount: "",
    terminal: process.stdin.isTTY === true,
  };
}

/** A container may run as a number that no user has, and then Node throws (libuv's uv_os_homedir: ENOENT). */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
