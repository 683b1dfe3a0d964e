import { isKubeError } from "../../client/errors.ts";
import type { LogQuery } from "../../client/kube-api.ts";
import type { ContainerStatus, Pod } from "../../kube/pod.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import type { Millis } from "../../runtime/clock.ts";
import { compareText } from "../../runtime/text-order.ts";
import type { NotRead } from "../read-all.ts";
import { redactLog } from "./masked.ts";
import type { TarFile } from "./tar.ts";

/** Of each container's life; what is older is left out. */
export const mostLines = 20_000;
export const mostBytes = 4_194_304;
/** The server asks the kubelet, which may hang. */
const patience: Millis = 20_000;
/** Pods that were evicted may lie about for long: the newest are read. */
const mostPods = 8;
/** So often fewer lines are asked for, that the newest of them are among what may be read. */
const mostTries = 4;

export interface Logs {
  readonly files: readonly TarFile[];
  readonly notRead: readonly NotRead[];
}

interface Life {
  readonly pod: Pod;
  readonly namespace: string;
  readonly container: string;
  readonly previous: boolean;
}

type Answer = { readonly text: string } | { readonly why: string; readonly isDenied: boolean };

/**
 * What the containers of these pods wrote, and where they were restarted also before that, without what looks like a credential. What cannot
 * be read is named, and keeps nothing else out.
 *
 * @throws the reason of a stop
 */
export async function readLogs(s: Pick<Surroundings, "api" | "clock" | "stop">, found: readonly Pod[]): Promise<Logs> {
  const newest = found.toSorted((a, b) => compareText(b.metadata.creationTimestamp ?? "", a.metadata.creationTimestamp ?? ""));
  const lives = newest.slice(0, mostPods).flatMap(livesOf);
  const answers = await Promise.all(lives.map(async (life) => ({ life, answer: await read(life, s) })));
  const denied = answers.find(({ answer }) => "why" in answer && answer.isDenied);
  const failed = answers.flatMap(({ life, answer }) =>
    "why" in answer && !answer.isDenied ? [{ resource: `log of ${titleOf(life)}`, why: `${answer.why}${placeOf(life)}` }] : [],
  );
  return {
    files: answers.flatMap(({ life, answer }) => ("text" in answer ? [{ name: fileOf(life), text: redactLog(answer.text) }] : [])),
    notRead: [...(denied === undefined ? [] : [withoutRight(denied.life, denied.answer)]), ...failed, ...leftOut(newest)],
  };
}

/** In the order in which they are listed: each container, and before it the life that it had before. */
function livesOf(pod: Pod): readonly Life[] {
  const { namespace = "" } = pod.metadata;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const began = [...initContainerStatuses, ...containerStatuses].filter(hasRun);
  return began.flatMap(({ name: container, restartCount = 0 }) => {
    const life = { pod, namespace, container };
    return [...(restartCount > 0 ? [{ ...life, previous: true }] : []), { ...life, previous: false }];
  });
}

/** A container that waits for its image has written nothing, and asking for it is an error. */
function hasRun({ restartCount = 0, state }: ContainerStatus): boolean {
  return restartCount > 0 || state?.running !== undefined || state?.terminated !== undefined;
}

async function read(
  { pod, namespace, container, previous }: Life,
  { api, clock, stop }: Pick<Surroundings, "api" | "clock" | "stop">,
): Promise<Answer> {
  using deadline = clock.deadline(patience, stop);
  const at = { namespace, name: pod.metadata.name };
  const ask = async (tailLines: number): Promise<string> => {
    const query: LogQuery = { container, tailLines, limitBytes: mostBytes, ...(previous ? { previous } : {}) };
    return await api.log(at, query, { signal: deadline.signal, lane: "bulk" });
  };
  try {
    return { text: await newestOf(ask) };
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    if (deadline.signal.aborted) return { why: `no answer within ${patience / 1000} s`, isDenied: false };
    if (!isKubeError(error)) throw error;
    return { why: error.message, isDenied: error.code === "forbidden" };
  }
}

/** Where the bytes do not suffice the newest lines are the ones that are missing: fewer lines are asked for. */
async function newestOf(ask: (tailLines: number) => Promise<string>): Promise<string> {
  let lines = mostLines;
  for (let tried = 1; ; tried += 1) {
    const text = await ask(lines);
    // A sign that was cut in two counts more than its bytes.
    if (tried === mostTries || Buffer.byteLength(text) < mostBytes - 4) return text;
    lines = Math.max(1, Math.floor(text.split("\n").length * 0.8));
  }
}

function withoutRight({ namespace }: Life, answer: Answer): NotRead {
  const why = "why" in answer ? answer.why : "";
  return { resource: "pods/log", why: `${why}; missing: get pods/log in namespace ${namespace}` };
}

function leftOut(pods: readonly Pod[]): readonly NotRead[] {
  const rest = pods.length - mostPods;
  return rest <= 0 ? [] : [{ resource: `logs of ${rest} older pods`, why: `the newest ${mostPods} were read` }];
}

function titleOf({ pod, container, previous }: Life): string {
  return `${pod.metadata.name}/${container}${previous ? " before its restart" : ""}`;
}

/** The kubelet has it: that is who could not be asked. */
function placeOf({ pod }: Life): string {
  return pod.spec.nodeName === undefined ? "" : ` (asked of node ${pod.spec.nodeName})`;
}

function fileOf({ pod, container, previous }: Life): string {
  return `operator/logs/${pod.metadata.name}/${container}${previous ? ".previous" : ""}.log`;
}
