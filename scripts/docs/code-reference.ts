import { type Code, phrases } from "../../src/maintenance/crafts.ts";
import type { Args } from "../../src/plan/step.ts";
import { type Appearance, codeKinds } from "./code-kinds.ts";

/** Values as they might be, for the sentence that each code shows. */
const samples: Args = {
  owner: "ReplicaSet/web-5d8c9f7b6",
  phase: "Succeeded",
  volumes: ["scratch"],
  budget: "web",
  budgets: ["web", "all"],
  needs: 4,
  of: 4,
  has: 4,
  node: "worker-1",
  resource: "poddisruptionbudgets.policy",
  scheduler: "gpu-scheduler",
  grace: 30,
  finalizers: ["example.com/backup"],
  seconds: 5,
  quiet: 5,
  unseen: "containers",
  unconfirmed: ["shop/db-0"],
  unwatched: false,
  webhook: "guard.example.com",
  message: "not during business hours",
  namespace: "shop",
  http: 422,
  consents: ["unmanaged"],
  crafts: ["drain", "virtual-machines"],
};

/** Where a code means something else by the same name. */
const ownSamples: Readonly<Partial<Record<Code, Args>>> = {
  "daemonset-managed": { owner: "node-exporter" },
  "daemonset-orphaned": { owner: "DaemonSet/node-exporter" },
};

const speaker = { program: "drydock" };

/** The sections of the page, each with the appearances that belong to it. A code that appears in several stands in the first. */
const sections: Readonly<Record<string, readonly Appearance[]>> = {
  decisions: ["decision"],
  changes: ["change"],
  blockers: ["blocker"],
  findings: ["fatal finding", "warning"],
  failures: ["failure"],
  proofs: ["proof", "unproven"],
};

/** One section of docs/codes.md: every code with what is shown, what it means and how it ends. */
export function codeSection(name: string): string {
  const codes = (Object.keys(codeKinds) as Code[]).filter((code) => sectionOf(code) === name);
  if (codes.length === 0) throw new Error(`no codes in the section ${name}`);
  return codes.map(entry).join("\n");
}

function sectionOf(code: Code): string | undefined {
  const { appears } = codeKinds[code];
  return Object.entries(sections).find(([, belonging]) => appears.some((one) => belonging.includes(one)))?.[0];
}

function entry(code: Code): string {
  const { appears, ends } = codeKinds[code];
  const phrase = phrases[code];
  const args = { ...samples, ...ownSamples[code] };
  const hint = phrase.hint(args, speaker);
  const also = appears.length > 1 ? [`Appears as: ${appears.join(", ")}.`] : appears[0] === "unproven" ? ["Not proven."] : [];
  return [
    `### ${code}`,
    "",
    `> ${markdown(phrase.text(args))}`,
    "",
    [markdown(phrase.explain), ...also].join(" "),
    "",
    ...(ends === undefined ? [] : [`Ends: ${ends}`, ""]),
    ...(hint === "" ? [] : [`Next step: ${markdown(hint)}`, ""]),
  ].join("\n");
}

/** Signs that Markdown reads are taken literally; issues of Kubernetes become links. */
function markdown(text: string): string {
  return text
    .replaceAll("<", "&lt;")
    .replaceAll("*", "\\*")
    .replaceAll(/\bkubernetes#(\d+)/g, "[kubernetes#$1](https://github.com/kubernetes/kubernetes/issues/$1)");
}
