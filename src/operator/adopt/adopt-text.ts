import { formatTime } from "../../kube/time.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { bad, type Line, plain, strong, warn } from "../../present/line.ts";
import { count, someOf } from "../../present/names.ts";
import { tableText } from "../../present/table.ts";
import { becomingWords } from "./becoming.ts";
import type { AdoptedObject, AdoptionReport, AdoptOutcome, LeaderRecord, Workload } from "./report.ts";
import type { AdoptionStep } from "./steps.ts";

/** What was found, the objects and what becomes of them, and the steps. */
export function adoptionText(report: AdoptionReport, steps: readonly AdoptionStep[], direction: "over" | "back"): readonly Line[] {
  return [
    [strong("Node Maintenance Operator")],
    ...found(report).map(indented),
    [],
    [strong("Drydock")],
    ...(report.drydock.length === 0 ? ["is not installed in this cluster"] : report.drydock.map(workloadText)).map(indented),
    ...report.notRead.map(({ resource, why }): Line => [warn("Warning"), plain(`: ${resource} may not be read: ${why}`)]),
    [],
    [strong(count(report.objects.length, "NodeMaintenance"))],
    ...(report.objects.length === 0 ? [] : objectTable(report.objects)),
    [],
    [strong(direction === "over" ? "Steps" : "Steps back")],
    ...steps.flatMap(({ what, lines }, i): readonly Line[] => [
      [plain(`${i + 1}. ${what}`)],
      ...lines.map((line): Line => [plain("     "), strong(line)]),
    ]),
    ...(direction === "over" ? [[], ...whatThen(report)] : []),
  ];
}

function found(report: AdoptionReport): readonly string[] {
  const { leaders, deployments, subscriptions, definition, webhooks } = report;
  const isThere = leaders.length + deployments.length + subscriptions.length + webhooks.length > 0;
  return [
    ...(isThere ? [] : ["is not in this cluster"]),
    ...leaders.map(leaderText),
    ...deployments.map(workloadText),
    ...subscriptions.map(
      ({ namespace, name, version }) => `Subscription ${namespace}/${name} of OLM${version === undefined ? "" : `, at ${version}`}`,
    ),
    ...webhooks.map(({ name, isOfOlm }) => `webhook ${name}${isOfOlm ? ", made by OLM" : ""}`),
    definition === "absent"
      ? "its kind is not served; Drydock serves it from when it is installed"
      : `its kind is served${definition === "of-olm" ? ", installed by OLM" : ""}: it stays, with every object`,
  ];
}

function leaderText({ namespace, holder, until, isFresh }: LeaderRecord): string {
  const at = formatTime(until);
  return isFresh
    ? `leads: its lease in ${namespace} is held by ${holder} until ${at}, and renewed as long as it runs`
    : `leads no more: its lease in ${namespace} ran out at ${at}, last held by ${holder}`;
}

function workloadText({ namespace, name, replicas, ready, olm }: Workload): string {
  const owner = olm === undefined ? "" : `, of the ClusterServiceVersion ${olm.namespace}/${olm.version}`;
  return `Deployment ${namespace}/${name}: ${ready} of ${replicas} Ready${owner}`;
}

function objectTable(objects: readonly AdoptedObject[]): readonly Line[] {
  const yes = (is: boolean): string => (is ? "yes" : "no");
  const or = (text: string): string => (text === "" ? "-" : text);
  const rows = objects.map(({ name, node, phase, isThere, isCordoned, hasTaint, hasLabel, leaseHolder, becoming }) => [
    name,
    isThere ? node : `${or(node)} (not there)`,
    or(phase),
    yes(isCordoned),
    yes(hasTaint),
    yes(hasLabel),
    or(leaseHolder),
    becomingWords[becoming],
  ]);
  const head = ["NAME", "NODE", "PHASE", "CORDON", "TAINT", "LABEL", "LEASE", "DRYDOCK"];
  return tableText(head, rows).map((row): Line => [plain(`  ${row}`)]);
}

function whatThen({ leaders }: AdoptionReport): readonly Line[] {
  const fresh = leaders.filter(({ isFresh }) => isFresh);
  const when =
    fresh.length === 0 ? "Nobody leads now" : "With its last pod gone the leader lease runs out by itself, 15 s after it was last renewed";
  return [
    [strong("What happens then")],
    [plain(`  ${when}: from then on Drydock looks after every NodeMaintenance, as the table says.`)],
    [plain("  What the other operator did to a node becomes the object's own: deleting the object undoes cordon, taint and label.")],
  ];
}

/** What is said on stderr of a change that was asked for. */
export function adoptEndText(outcome: AdoptOutcome): readonly Line[] {
  if (outcome.kind === "shown") return [];
  if (outcome.kind === "scaled") {
    const scaled = outcome.deployments.map(({ namespace, name }) => `${namespace}/${name}`);
    return [[plain(`scaled to 0: ${someOf(scaled)}`)]];
  }
  return [[bad("error"), plain(`: nothing was changed: ${refusals[outcome.why]}`)]];
}

const refusals: Readonly<Record<Extract<AdoptOutcome, { kind: "refused" }>["why"], string>> = {
  "of-olm": "OLM has installed it, and would scale it up again; take the steps that are shown",
  "no-successor": "no pod of Drydock's operator is Ready, so nobody would look after the objects; install it first",
  "not-there": "there is no Deployment of it with pods to scale down",
  "not-known": "whether OLM has installed it may not be read; take the steps that are shown",
};

export function exitCodeOfAdopt({ kind }: AdoptOutcome): ExitCode {
  return kind === "refused" ? exitCodes.blocked : exitCodes.done;
}

function indented(text: string): Line {
  return [plain(`  ${text}`)];
}
