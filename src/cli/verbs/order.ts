import type { BlockerStatus, Maintenance } from "../../api/maintenance.ts";
import type { ObjectChoice } from "../../maintenance/by-object/chosen-objects.ts";
import type { Order, Waiting } from "../../maintenance/by-object/order.ts";
import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import { allowable, type Consent } from "../../plan/consent.ts";
import { blockerLines } from "../../present/by-object/follow-lines.ts";
import { noOperator } from "../../present/by-object/operator-words.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { plain, strong, warn } from "../../present/line.ts";
import { shellWord } from "../../present/shell-word.ts";
import type { RunLine } from "../command-line.ts";
import { plainConsole } from "../console.ts";
import type { FlagValues } from "../flag-values.ts";
import { readNodeChoice } from "../node-choice.ts";
import { readOutputFormat } from "../output-format.ts";
import { connectionWords } from "../paste-line.ts";
import { withCluster } from "../session.ts";
import { openFollowDisplay } from "../follow-display.ts";
import { UsageError } from "../usage-error.ts";
import type { World } from "../world.ts";
import { askForOperator, onlyFollows, printObjects } from "./follow-objects.ts";
import { isYes } from "./yes.ts";

const done: Readonly<Record<Order, string>> = {
  pause: "paused",
  resume: "resumed",
  cancel: "cancelled",
  retry: "asked to retry",
  approve: "approved",
};

/** `pause`, `resume`, `cancel`, `retry`, `approve`: one wish, written into the object of a node. */
export async function runOrder(order: Order, { command, positionals, values }: RunLine, world: World): Promise<ExitCode> {
  const choice = readOrderChoice(command.name, positionals, values);
  const format = readOutputFormat(command, values);
  const named = values.texts("allow");
  const consents = allowable.filter((consent) => named.includes(consent));
  const presence = await askForOperator(world, values);
  if (presence === undefined) return exitCodes.interrupted;
  if (presence.kind === "absent") sayNobodyActs(world, order, presence);
  const quiet = values.on("quiet");
  const timeout = values.millis("timeout") ?? 0;
  using display = openFollowDisplay(world, { format, quiet, written: () => done[order] });
  const waited = new Set<Consent>();
  const { result, stopped } = await withCluster(world, values, onlyFollows(world, quiet), (s) =>
    world.engine.orderNodes(s, {
      order,
      choice,
      ...(consents.length === 0 ? {} : { consents }),
      agree: async (waits) => {
        for (const one of waits) for (const consent of one.consents) waited.add(consent);
        return await agreed(world, waits, s.stop);
      },
      follow: presence.kind !== "absent" && !values.on("no-wait"),
      ...(timeout <= 0 ? {} : { timeout }),
      report: display.report,
    }),
  );
  display[Symbol.dispose]();
  const again = (): string =>
    [world.program, order, ...positionals.map(shellWord), ...connectionWords(values), `--allow=${[...waited].join(",")}`].join(" ");
  return await printObjects(world, order, result, { format, quiet, partial: false, stopped, again });
}

/** `NODE`, `node/NAME`, `maintenance/NAME`, and `-l` for labels of nodes. */
function readOrderChoice(command: string, positionals: readonly string[], values: FlagValues): ObjectChoice {
  const isObject = (word: string): boolean => /^(maintenances?|mt)(\.drydock\.dev)?\//.test(word);
  const objects = positionals.filter(isObject).map((word) => word.slice(word.indexOf("/") + 1));
  if (objects.some((name) => name === "" || name.includes("/")))
    throw new UsageError(`"${positionals.find(isObject) ?? ""}" names no maintenance`, "write maintenance/NAME");
  const others = positionals.filter((word) => !isObject(word));
  if (objects.length > 0 && others.length === 0 && !values.has("selector")) return { nodes: [], maintenances: objects };
  const { names, selector } = readNodeChoice(command, others, values);
  return { nodes: names, maintenances: objects, ...(selector === undefined ? {} : { selector }) };
}

/** The wish of a cluster whose operator is away for a moment is kept in the object; where there never was one, nothing could carry it out. */
function sayNobodyActs(world: World, order: Order, presence: Extract<OperatorPresence, { kind: "absent" }>): void {
  if (presence.why === "no-kinds") {
    throw new UsageError(
      `${order} speaks to the operator, and ${noOperator(presence)}`,
      `a drain that runs here is stopped with Ctrl-C; what it changed is undone by: ${world.program} return NODE`,
    );
  }
  plainConsole(world).err([warn("Warning"), plain(`: ${noOperator(presence)}: the wish is written, and carried out when one does`)]);
}

async function agreed(world: World, waits: readonly Waiting[], stop: AbortSignal): Promise<boolean> {
  const console = plainConsole(world);
  for (const { object, consents } of waits) {
    console.err([strong(object.spec.nodeName), plain(` waits for: ${consents.join(", ")}`)]);
    const more = `${world.program} why ${object.spec.nodeName}`;
    for (const line of blockerLines(blockersAbout(object, consents), more)) console.err(line);
  }
  return world.ask !== undefined && isYes(await world.ask("Agree to that? [y/N] ", stop));
}

/** Those that one of these consents ends. The next step of a pod that waits for nothing else is the question that is being asked. */
function blockersAbout({ status }: Maintenance, consents: readonly string[]): readonly BlockerStatus[] {
  const blockers = (status?.blockers ?? []).filter((one) => one.consents?.some((consent) => consents.includes(consent)) === true);
  return blockers.map((one) => (one.code === "consent-missing" ? { ...one, hint: "" } : one));
}
