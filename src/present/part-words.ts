import type { PartCheck, PartName } from "../maintenance/check-parts.ts";
import type { Args } from "../plan/step.ts";
import { word } from "../plan/args.ts";

interface PartWords {
  /** One line: what was found. */
  readonly text: (verdict: PartCheck["verdict"], args: Args) => string;
  /** What is lost without it; goes on from "without it:". */
  readonly without: string;
}

export const partWords: Readonly<Record<PartName, PartWords>> = {
  "eviction-api": {
    text: (verdict, a) =>
      verdict === "yes"
        ? `eviction API: policy ${word(a, "versions")} is served`
        : "eviction API: whether policy/v1 is served is not known",
    without: "pods cannot be evicted, only deleted past their budgets (--disable-eviction)",
  },
  "controller-manager": {
    text: (verdict, a) =>
      ({
        yes: `controller-manager: ${word(a, "holder")} leads (which of its controllers are on is not visible)`,
        no: "controller-manager: its lease in kube-system has run out: none runs, or it cannot reach the server",
        unknown:
          a["why"] === "denied"
            ? "controller-manager: may not get leases.coordination.k8s.io"
            : "controller-manager: it keeps no lease in kube-system",
      })[verdict],
    without: "nothing is replaced, no budget is counted, and no taint evicts",
  },
  "disruption-controller": {
    text: (verdict, a) =>
      ({
        yes: `disruption controller: has counted ${a["of"] === 1 ? "the one budget" : `all of ${word(a, "of")} budgets`} that were looked at`,
        no: `disruption controller: has not counted ${word(a, "behind")}`,
        unknown:
          a["why"] === "none"
            ? "disruption controller: there is no budget to see it by"
            : "disruption controller: budgets could not be listed",
      })[verdict],
    without: "a pod under a budget that is not counted cannot be evicted",
  },
  "taint-eviction": {
    text: () => "taint eviction: not visible before a taint acts (it is on unless it was switched off)",
    without: "--mode=Taint moves nothing",
  },
  clock: {
    text: (verdict, a) =>
      ({
        yes: "clock: the server's and this machine's agree within 2 s",
        no: `clock: the server's is ${word(a, "seconds")} s ${a["ahead"] === true ? "ahead of" : "behind"} this machine's`,
        unknown: "clock: the server does not tell its time",
      })[verdict],
    without: "times in records and logs of other machines do not match",
  },
};
