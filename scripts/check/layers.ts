/**
 * The house as a table: which room may use which. A room is a folder under `src/`; a file belongs to the longest room that contains it.
 * `npm run check` reads this and nothing else; the table in ARCHITECTURE.md tells people the same.
 */
export interface Room {
  /** Folder under `src/`; `crafts/*` stands for each craft by itself. */
  readonly room: string;
  /** Rooms whose files it may import: the folder with all below it. Itself is always allowed. */
  readonly may: readonly string[];
  /** Packages and `node:` modules it may import. A room that lists none is pure. */
  readonly packages?: readonly string[];
}

const cluster = ["cluster/view", "cluster/live"];
const belowExecution = ["plan", ...cluster, "client", "kube", "runtime"];
const belowMaintenance = ["execution", ...belowExecution, "api"];
const belowRollout = ["maintenance", ...belowMaintenance];
const belowPresent = ["rollout", ...belowRollout];
const belowRehearsal = ["present", ...belowPresent, "simulator"];
const belowOperator = ["rehearsal", ...belowRehearsal];
const belowCli = ["operator", ...belowOperator];

/** From the top to the ground: a room may use rooms further down only. */
export const house: readonly Room[] = [
  { room: "cli", may: belowCli, packages: ["node:*", "yaml", "zod"] },
  { room: "console", may: belowCli, packages: ["node:*"] },
  { room: "operator", may: belowOperator, packages: ["node:*", "yaml", "zod", "@peculiar/x509", "reflect-metadata", "prom-client"] },
  { room: "rehearsal", may: belowRehearsal, packages: ["node:*", "yaml", "zod"] },
  { room: "present", may: belowPresent },
  { room: "rollout", may: belowRollout },
  { room: "maintenance", may: belowMaintenance, packages: ["@marcbachmann/cel-js"] },
  { room: "execution", may: belowExecution },
  { room: "crafts/*/ports", may: ["kube", "runtime"], packages: ["node:*"] },
  { room: "crafts/*", may: ["plan", "cluster/view", "kube", "runtime"] },
  { room: "plan", may: ["cluster/view", "kube", "runtime"] },
  { room: "cluster/live", may: ["cluster/view", "client", "kube", "runtime"] },
  { room: "cluster/view", may: ["kube", "runtime"] },
  { room: "api", may: ["kube"], packages: ["zod"] },
  { room: "simulator", may: ["client", "kube", "runtime"], packages: ["node:*", "@marcbachmann/cel-js"] },
  { room: "client", may: ["kube", "runtime"], packages: ["node:*", "undici", "@kubernetes/client-node", "yaml"] },
  { room: "kube", may: ["runtime"] },
  { room: "runtime", may: [], packages: ["node:*"] },
];

/** The only file outside the crafts that may import one: it names all of them. */
export const namesAllCrafts = "src/maintenance/crafts.ts";

/** Names that say nothing about what lives behind them. */
export const emptyNames: readonly string[] = ["utils", "util", "helpers", "helper", "common", "misc", "shared", "lib", "index"];
