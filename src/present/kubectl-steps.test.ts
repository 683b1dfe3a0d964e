import { describe, expect, test } from "vitest";
import { byHandLines } from "./by-hand.ts";
import { kubectlGuide } from "./kubectl-steps.ts";
import { textOf } from "./line.ts";
import { cordonStep, daemonStep, planOf, podStep, voice } from "./testing/plans.ts";

const request = { mode: "Evict" } as const;
const of = (step: Parameters<ReturnType<typeof kubectlGuide>>[0], change: object = {}, program = "kubectl"): readonly string[] =>
  kubectlGuide(program, { ...request, ...change })(step).map(({ command }) => command);

describe("each step in kubectl's words", () => {
  test("cordon, and the taint of mode Taint", () => {
    expect(of(cordonStep())).toEqual(["kubectl cordon worker-1"]);
    expect(of(cordonStep(), { mode: "Taint" })).toEqual(["kubectl taint nodes worker-1 runai=drain:NoExecute"]);
    const later = { ...cordonStep(), stage: "evacuate" } as const;
    expect(of(later, { mode: "EvictThenTaint", taint: { key: "a", effect: "NoExecute" } })).toEqual([
      "kubectl taint nodes worker-1 a:NoExecute",
    ]);
    expect(of(later)).toEqual([]);
    expect(of(cordonStep(), {}, "oc")).toEqual(["oc cordon worker-1"]);
  });

  test("an eviction has no command of its own: the raw request, for this very pod, and that it must be sent again is said", () => {
    const [one] = kubectlGuide("kubectl", { ...request, grace: 5_000 })(podStep("a"));
    expect(one?.note).toContain("kubectl has no command that evicts one pod");
    const [, body = "", path] = /^echo '(.*)' \| kubectl create --raw (\S+) -f -$/.exec(one?.command ?? "") ?? [];
    expect(path).toBe("/api/v1/namespaces/web/pods/a/eviction");
    expect(JSON.parse(body)).toEqual({
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { namespace: "web", name: "a" },
      deleteOptions: { gracePeriodSeconds: 5, preconditions: { uid: "uid-web-a" } },
    });
  });

  test("deletion and waiting; nothing for a pod that stays", () => {
    expect(of(podStep("a", { action: "delete" }), { grace: 0 })).toEqual([
      "kubectl -n web delete pod a --wait=false --grace-period=0 --force",
    ]);
    expect(of(podStep("a", { action: "wait" }))).toEqual(["kubectl -n web wait --for=delete pod/a --timeout=-1s"]);
    expect(of(daemonStep("d"))).toEqual([]);
  });

  test("the whole: what a guide has for all of it, each step, and the way back", () => {
    const plan = planOf([cordonStep(), podStep("a", { consents: ["emptydir"] }), daemonStep("d")]);
    const lines = byHandLines(plan, "kubectl", { ...voice, kubectl: kubectlGuide("kubectl", request) }).map(textOf);
    expect(lines).toContain("  kubectl drain worker-1 --ignore-daemonsets --delete-emptydir-data");
    expect(lines.at(-1)).toBe("  kubectl uncordon worker-1");
    expect(byHandLines(plan, "kubectl", voice)).toEqual([]);
  });
});
