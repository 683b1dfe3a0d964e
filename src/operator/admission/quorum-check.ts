import type { StringMap } from "../../kube/object.ts";
import type { AdmissionFacts, NodeFact } from "./facts.ts";
import { judgeOpenShift } from "./openshift-quorum.ts";
import { type Evidence, judgeQuorum, type Member, type QuorumVerdict } from "./quorum.ts";

/** On an object: take the node out although the control plane may lose its quorum, for the reason that is its value. */
export const overrideAnnotation = "drydock.dev/override-quorum";

/** What the check says; `refusal` is one clause about what would happen, for the object's own sentence. */
export interface QuorumCheck {
  readonly refusal?: { readonly because: string } | { readonly failed: string };
  readonly warnings: readonly string[];
  readonly auditAnnotations: StringMap;
}

/** Judges as OpenShift's etcd operator has it where it is there, else by what the API shows; an override turns a refusal into a warning. */
export function checkQuorum(node: NodeFact, facts: AdmissionFacts, annotations: StringMap): QuorumCheck {
  const check = unoverridden(node, facts);
  const reason = annotations[overrideAnnotation]?.trim() ?? "";
  if (check.refusal === undefined || reason === "") return check;
  const because = "because" in check.refusal ? check.refusal.because : `the check could not be made: ${check.refusal.failed}`;
  return {
    warnings: [short(`the quorum check is overridden (${overrideAnnotation}: ${reason}): ${because}`)],
    auditAnnotations: { "quorum-override": reason, "quorum-verdict": because },
  };
}

function unoverridden(node: NodeFact, facts: AdmissionFacts): QuorumCheck {
  const { quorum } = facts;
  if (quorum.kind === "unknown")
    return fine([`whether this is OpenShift could not be seen (${quorum.why}), so etcd's quorum was not checked`]);
  if (quorum.kind === "evidence") return told(judgeQuorum(node.name, facts), node.name);
  const verdict = judgeOpenShift(node, quorum.budgets);
  if (verdict.kind === "allowed") return fine();
  if (verdict.kind === "failed") return { refusal: { failed: verdict.why }, warnings: [], auditAnnotations: {} };
  return { refusal: { because: "etcd's budget in openshift-etcd allows no disruption" }, warnings: [], auditAnnotations: {} };
}

function told(verdict: QuorumVerdict, node: string): QuorumCheck {
  switch (verdict.kind) {
    case "no-member":
    case "enough":
      return fine();
    case "already-out":
      return fine([`${node} belongs to the control plane and ${verdict.why}: it is not needed for the quorum now`]);
    case "too-few-visible":
      return fine([`${tooFew(verdict.members, verdict.evidence, node)}; whether the API stays up without it cannot be told`]);
    case "not-visible":
      return fine([`could not see ${verdict.missing.join(" and ")}: the quorum of the control plane was not checked`]);
    case "broken":
      return { refusal: { because: broken(verdict, node) }, warnings: [], auditAnnotations: {} };
  }
}

const evidenceWords: Readonly<Record<Evidence, string>> = {
  "etcd-pods": "members of etcd",
  "etcd-label": "members of etcd",
  roles: "control-plane nodes",
};

function tooFew(members: readonly Member[], evidence: Evidence, node: string): string {
  const others = members.length - 1;
  const kind = evidenceWords[evidence];
  return others === 0
    ? `${node} is the only one of the ${kind} that can be seen`
    : `only ${members.length} ${kind} can be seen, ${node} among them`;
}

function broken(verdict: Extract<QuorumVerdict, { kind: "broken" }>, node: string): string {
  const { members, left, needed, evidence } = verdict;
  const out = members.filter((each) => each.name !== node && each.out !== undefined).map(({ name, out: why }) => `${name} ${why}`);
  const count = `of ${members.length} ${evidenceWords[evidence]} ${left} would stay up and ${needed} are needed`;
  return out.length === 0 ? count : `${count} (${out.join(", ")})`;
}

function fine(warnings: readonly string[] = []): QuorumCheck {
  return { warnings: warnings.map(short), auditAnnotations: {} };
}

/** The API server may cut a warning after 256 characters (admission.k8s.io/v1 AdmissionResponse): cut by us, it says so. */
function short(warning: string): string {
  return warning.length <= 250 ? warning : `${warning.slice(0, 249)}…`;
}
