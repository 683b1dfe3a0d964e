import type { PodView } from "../cluster-view.ts";
import type { Sign } from "./workload.ts";

/** The object at the top of a pod's chain of owners, as Run:ai's and KAI's pod grouper wrote it down. */
export interface TopOwner {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly sign: Sign;
}

/** KAI renamed it in 0.7. Its grouper writes it on PodGroups; where it, or a webhook, copied it to the pod, it saves reading the chain. */
const keys = ["kai.scheduler/top-owner-metadata", "run.ai/top-owner-metadata"] as const;

/** A flat map of name, uid, group, version and kind, as YAML or JSON; anything else is no such record and is passed over. */
export function topOwner(pod: PodView): TopOwner | undefined {
  for (const key of keys) {
    const text = pod.annotations[key];
    if (text === undefined) continue;
    const fields = flatMap(text);
    const kind = fields.get("kind");
    if (kind === undefined) continue;
    const name = fields.get("name") ?? "";
    const sign = { field: `metadata.annotations["${key}"]`, value: `kind ${kind}, name ${name}` };
    return { kind, name, group: fields.get("group") ?? "", sign };
  }
  return undefined;
}

/** `key: value` lines, the values bare or in quotes; commas and braces of a JSON object are taken for line ends. */
function flatMap(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/[\n,{}]/).flatMap((line): [string, string][] => {
    const match = /^\s*"?(\w+)"?\s*:\s*(.*?)\s*$/.exec(line);
    const value = (match?.[2] ?? "").replace(/^(["'])(.*)\1$/, "$2");
    return match?.[1] === undefined || value === "" ? [] : [[match[1], value]];
  });
  return new Map(pairs);
}
