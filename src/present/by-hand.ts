import type { Plan } from "../plan/plan.ts";
import { consentOrder, consentWords } from "./consent-words.ts";
import { kubectlWayBack } from "./kubectl-steps.ts";
import { dim, type Line, plain, strong } from "./line.ts";
import { kindAndName } from "./names.ts";
import { shellLine } from "./shell-word.ts";
import type { Voice } from "./speak.ts";

/** The same by hand: what a guide has for the whole node, then step by step, then the way back. Nothing without `--show-kubectl`. */
export function byHandLines(plan: Plan, program: string, { kubectl }: Voice): readonly Line[] {
  if (kubectl === undefined) return [];
  const { request } = plan;
  return plan.nodes.flatMap(({ node, steps }): readonly Line[] => {
    const lines = steps.flatMap((step) =>
      kubectl(step).flatMap(({ command, note }): readonly Line[] => [
        [dim(`  # ${step.action} ${kindAndName(step.subject)}${note === "" ? "" : `: ${note}`}`)],
        [plain(`  ${command}`)],
      ]),
    );
    return [
      [strong(`By hand, with ${program}`)],
      ...(request.mode === "Evict"
        ? [
            [dim("  # all at once, as guides have it; tries again every 5 s, and says less")],
            [plain(`  ${drainLine(plan, node, program)}`)],
          ]
        : []),
      [dim("  # or step by step")],
      ...lines,
      [dim("  # the way back")],
      [plain(`  ${kubectlWayBack(program, node, request)}`)],
    ];
  });
}

/** kubectl's own flags only: it knows no others. */
function drainLine({ nodes, request }: Plan, node: string, program: string): string {
  const consents = new Set(nodes.filter((one) => one.node === node).flatMap(({ steps }) => steps.flatMap((step) => step.consents)));
  const flags = consentOrder.filter((consent) => consents.has(consent)).map((consent) => consentWords[consent].flag);
  const { podSelector, grace, disableEviction } = request;
  return shellLine([
    program,
    "drain",
    node,
    ...flags.filter((flag) => !flag.startsWith("--allow=")),
    ...(podSelector === undefined ? [] : [`--pod-selector=${podSelector}`]),
    ...(grace === undefined ? [] : [`--grace-period=${Math.ceil(grace / 1000)}`]),
    ...(disableEviction ? ["--disable-eviction"] : []),
  ]);
}
