import type { Workload } from "../cluster/view/workload/workload.ts";
import type { PodReport, PodsReport } from "../maintenance/pods-on.ts";
import type { Action } from "../plan/step.ts";
import type { Instant } from "../runtime/clock.ts";
import { flagsFor } from "./consent-words.ts";
import { durationText } from "./duration-text.ts";
import { dim, type Line, plain, strong } from "./line.ts";
import { count, nameOf } from "./names.ts";
import { speak, type Voice } from "./speak.ts";
import { tableText } from "./table.ts";

/** Every pod of the nodes in a table of its node: what it belongs to, how it is, and what a drain would do with it. */
export function podsText({ nodes, serverNow }: PodsReport, wide: boolean, voice: Voice): readonly Line[] {
  const isPersonKnown = nodes.some(({ pods }) => pods.some(({ workload }) => workload.person !== undefined));
  return nodes.flatMap(({ node, pods }, i): Line[] => {
    const title: Line = [
      strong(node.name),
      plain(`: ${summary(pods)}${node.unschedulable ? ", cordoned" : ""}${node.ready ? "" : ", not Ready"}`),
    ];
    const head = [
      "POD",
      "WORKLOAD",
      ...(isPersonKnown ? ["WHOSE"] : []),
      "DRAIN",
      "WHY",
      "STATUS",
      ...(wide ? ["NEEDS", "BUDGETS", "PRIORITY", "CLAIMS", "UID", "SAYS"] : []),
      "AGE",
    ];
    const rows = pods.map((one) => row(one, serverNow, isPersonKnown, wide, voice));
    const table = pods.length === 0 ? [] : tableText(head, rows);
    return [...(i === 0 ? [] : [[]]), title, ...table.map((text, line): Line => [line === 0 ? dim(`  ${text}`) : plain(`  ${text}`)])];
  });
}

function summary(pods: readonly PodReport[]): string {
  const of = (...actions: readonly Action[]): number => pods.filter(({ step }) => actions.includes(step.action)).length;
  const [go, stay, ask] = [of("evict", "delete", "migrate", "wait"), of("stay"), of("ask")];
  const parts = [`${go} would go`, ...(stay === 0 ? [] : [`${stay} would stay`]), ...(ask === 0 ? [] : [`${ask} cannot go`])];
  return pods.length === 0 ? "no pods" : `${count(pods.length, "pod")}: ${parts.join(", ")}`;
}

function row(one: PodReport, now: Instant, isPersonKnown: boolean, wide: boolean, voice: Voice): readonly string[] {
  const { pod, workload, step, blockers } = one;
  // What keeps it now says more than why it would go.
  const { code, args } = blockers[0] ?? step.reason;
  const since = pod.startedAt ?? pod.scheduledAt;
  const more = [
    flagsFor(step.consents).join(" ") || "-",
    step.budgets.map(({ name }) => name).join(",") || "-",
    String(pod.priority),
    pod.claims.join(",") || "-",
    pod.uid,
    speak(code, args, voice).text,
  ];
  return [
    nameOf(pod),
    workloadName(workload),
    ...(isPersonKnown ? [workload.person ?? "-"] : []),
    step.action,
    code,
    podStatus(one),
    ...(wide ? more : []),
    since === undefined ? "-" : durationText(Math.max(0, now - since)),
  ];
}

/** As kubectl's short names have them: a row must fit a terminal. */
const shortKinds: Readonly<Record<string, string>> = {
  Deployment: "deploy",
  ReplicaSet: "rs",
  StatefulSet: "sts",
  DaemonSet: "ds",
  Job: "job",
  Pod: "pod",
};

function workloadName({ product, kind, name }: Workload): string {
  return product === "Kubernetes" ? `${shortKinds[kind] ?? kind}/${name}` : `${product} ${kind}/${name}`;
}

/** As `kubectl get pods` has it, in one word. */
export function podStatus({ pod }: PodReport): string {
  if (pod.deletionTimestamp !== undefined) return "Terminating";
  return pod.phase === "Running" && !pod.ready ? "NotReady" : pod.phase;
}
