import { homedir } from "node:os";

/** What the machine says about who we are. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
  /** Where a pod finds its service account. */
  readonly serviceAccount: string;
  /** Whether a person can answer an exec plugin's question. */
  readonly terminal: boolean;
}

export function ownSurroundings(): Surroundings {
  return {
    env: process.env,
    home: process.env["HOME"] ?? homedir(),
    serviceAccount: "/var/run/secrets/kubernetes.io/serviceaccount",
    terminal: process.stdin.isTTY === true,
  };
}
