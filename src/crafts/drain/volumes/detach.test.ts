import { describe, expect, test } from "vitest";
import {
  attachmentView,
  clusterView,
  type GivenView,
  type GivenVolumes,
  nodeView,
  podView,
  someTime,
  volumeView,
} from "../../../../test/support/cluster-view.ts";
import { planRequest } from "../../../../test/support/plan-request.ts";
import type { PodView } from "../../../cluster/view/cluster-view.ts";
import type { Advance } from "../../../plan/craft.ts";
import type { PlanRequest } from "../../../plan/request.ts";
import { InvariantError } from "../../../runtime/errors.ts";
import { advanceDrain } from "../advance.ts";
import type { DrainCode } from "../codes.ts";
import { planDrain } from "../plan.ts";

const gone = (pod: PodView, at = someTime) => ({ pod: { ...pod, containersEnded: true }, nodeReady: true, at });
const data = podView({ name: "data", claims: ["data"] });
const agent = podView({ name: "agent", claims: ["cache"], mirror: true });
const held: GivenVolumes = { attachments: [attachmentView("pv-1")], volumes: [volumeView("pv-1", "data")] };

function ask(stage: "detach" | "verify", given: GivenView, request: Partial<PlanRequest> = {}): Advance<DrainCode> {
  const wanted = planRequest(request);
  const step = planDrain(clusterView({}), wanted).steps.find((candidate) => candidate.stage === stage);
  if (step === undefined) throw new InvariantError(`no step ${stage}`);
  return advanceDrain(step, clusterView(given), { attempts: 0, acceptedLately: 0, since: someTime }, wanted);
}

/** "done CODE (proven)", or what it waits for and what for names it. */
function saying(advance: Advance<DrainCode>): string {
  if (advance.kind === "act") return "acts";
  if (advance.kind === "done") return `${advance.proof.code} (${advance.proof.proven ? "proven" : "not proven"})`;
  return advance.blockers
    .map(({ code, args, endsBy }) => `${code} ${String(args["volumes"] ?? "")} ${endsBy}`.replaceAll("  ", " "))
    .join();
}

describe("the volumes of a node whose pods are gone", () => {
  test.each<{ readonly what: string; readonly given: GivenView; readonly told: string }>([
    { what: "none is attached", given: {}, told: "volumes-detached (proven)" },
    {
      what: "one of a moved pod is, with its claim",
      given: { gone: [gone(data)], volumes: held },
      told: "volumes-attached pv-1 (claim web/data) cluster",
    },
    {
      what: "one that nobody knows is waited for too: an earlier process may have moved its pod",
      given: { volumes: { attachments: [attachmentView("pv-9")] } },
      told: "volumes-attached pv-9 cluster",
    },
    {
      what: "one that is only being attached may be held all the same",
      given: { volumes: { attachments: [attachmentView("pv-9", { attached: false })] } },
      told: "volumes-attached pv-9 cluster",
    },
    {
      what: "one of a pod that stays is its own business",
      given: { pods: [agent], volumes: { attachments: [attachmentView("pv-2")], volumes: [volumeView("pv-2", "cache")] } },
      told: "volumes-detached (proven)",
    },
    {
      what: "one of a finished pod that is left is not: the controller takes it off",
      given: {
        pods: [{ ...data, phase: "Succeeded" }],
        volumes: held,
      },
      told: "volumes-attached pv-1 (claim web/data) cluster",
    },
    {
      what: "of another node",
      given: { volumes: { attachments: [attachmentView("pv-1", { node: "m" })] } },
      told: "volumes-detached (proven)",
    },
    {
      what: "that are not known yet are waited for",
      given: { volumes: { attachmentsKnown: "unread" } },
      told: "volumes-unknown cluster",
    },
    {
      what: "of which the view may be old are not called detached",
      given: { volumes: { attachmentsKnown: "stale" } },
      told: "volumes-unknown cluster",
    },
    {
      what: "beside a pod that stays with a claim, while nobody knows which is its own",
      given: { pods: [agent], volumes: { ...held, volumesKnown: "unread" } },
      told: "volumes-unknown cluster",
    },
    {
      what: "that may not be read, where pods had claims",
      given: { gone: [gone(data)], volumes: { attachmentsKnown: "denied" } },
      told: "volumes-unchecked (not proven)",
    },
    {
      what: "that may not be read, where no pod had one",
      given: { gone: [gone(podView({ name: "plain" }))], volumes: { attachmentsKnown: "denied" } },
      told: "volumes-unchecked (proven)",
    },
    {
      what: "on a node that is not Ready are not waited for",
      given: { nodes: [nodeView({ ready: false })], volumes: held },
      told: "volumes-left-attached (not proven)",
    },
  ])("$what", ({ given, told: expected }) => {
    expect(saying(ask("detach", given))).toBe(expected);
  });

  test("are waited for as long as asked, counted from the last departure, and then named with a weaker verdict", () => {
    const given = (asOf: number): GivenView => ({ asOf, gone: [gone(data, someTime + 5_000)], volumes: held });
    expect(ask("detach", given(someTime + 5_001))).toMatchObject({ kind: "wait", wakeAt: someTime + 125_000 });
    expect(ask("detach", given(someTime + 5_001), { volumeDetachTimeout: 10_000 })).toMatchObject({ wakeAt: someTime + 15_000 });
    expect(saying(ask("detach", given(someTime + 124_999)))).toContain("volumes-attached");
    expect(ask("detach", given(someTime + 125_000))).toMatchObject({
      kind: "done",
      proof: {
        code: "volumes-left-attached",
        proven: false,
        args: { volumes: ["pv-1 (claim web/data)"], why: "timeout", seconds: 120 },
        evidence: [{ object: { kind: "VolumeAttachment", name: "att-pv-1" }, field: "status.attached", value: "true" }, {}],
      },
    });
  });
});

describe("the verdict", () => {
  const cordonedSince = { n: someTime - 60_000 };

  test("names what is still attached, and proves only the rest", () => {
    expect(ask("verify", { cordonedSince, gone: [gone(data)], volumes: held })).toMatchObject({
      proof: { code: "node-empty-unconfirmed", proven: false, args: { unconfirmed: [], volumes: ["pv-1 (claim web/data)"] } },
    });
  });

  test("tells what was not checked from what is attached", () => {
    const given: GivenView = { cordonedSince, gone: [gone(data)], volumes: { attachmentsKnown: "denied" } };
    expect(ask("verify", given)).toMatchObject({ proof: { proven: false, args: { volumes: [], unchecked: ["web/data"] } } });
  });

  test.each<{ readonly what: string; readonly given: GivenView; readonly request?: Partial<PlanRequest> }>([
    { what: "is whole without any", given: {} },
    { what: "says nothing of volumes where nobody asked about them", given: { volumes: held }, request: { volumeDetachTimeout: 0 } },
    { what: "is whole where they may not be read and no pod had one", given: { volumes: { attachmentsKnown: "denied" } } },
  ])("$what", ({ given, request }) => {
    expect(ask("verify", { cordonedSince, ...given }, request)).toMatchObject({ proof: { code: "node-empty", proven: true } });
  });
});
