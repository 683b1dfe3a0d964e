import { describe, expect, test } from "vitest";
import type { AdmissionFacts, HolderFact } from "./facts.ts";
import { decideMaintenance } from "./maintenance.ts";
import { controlPlaneNode, factsOf, guardBudget, node, openShift, review } from "./testing/facts.ts";

const create = (facts: AdmissionFacts, annotations = {}, nodeName = "w1") =>
  decideMaintenance(review("Maintenance", nodeName, { annotations }), facts);
const holder = (rest: Partial<HolderFact> = {}): HolderFact => ({ name: "rack-7", nodeName: "w1", deleting: false, ...rest });
const with_ = (rest: Partial<AdmissionFacts>): AdmissionFacts => factsOf(node("w1"), [], rest);

describe("a Maintenance is refused", () => {
  test("for a node that does not exist", () => {
    const { message } = create(factsOf(undefined));
    expect(message).toBe("there is no node w1: spec.nodeName is the name that kubectl get nodes shows");
  });

  test.each([
    {
      what: "beside another for the node",
      other: holder({ phase: "Drained" }),
      says: "node w1 has maintenance/rack-7 already (Drained): change that one, or bring the node back first with drydock return w1",
    },
    {
      what: "beside a failed one, which leaves the node out",
      other: holder({ phase: "Failed" }),
      says: "node w1 has maintenance/rack-7 already (Failed): change that one, or bring the node back first with drydock return w1",
    },
    {
      what: "while another is being deleted",
      other: holder({ phase: "Returning", deleting: true }),
      says: "maintenance/rack-7 for node w1 is being deleted: try again when it has gone",
    },
  ])("$what", ({ other, says }) => {
    expect(create(with_({ maintenances: { known: [other] } }))).toMatchObject({ allowed: false, message: says });
  });

  test("where what decides cannot be read", () => {
    const failed = { unknown: "nodes is forbidden" };
    expect(create(with_({ node: failed })).message).toBe("node w1 could not be read: nodes is forbidden; try again");
    expect(create(with_({ maintenances: failed })).message).toBe("the other Maintenances could not be read: nodes is forbidden; try again");
  });

  test("where the quorum would go, on OpenShift too, and not with a reason to do it all the same", () => {
    const facts = openShift(controlPlaneNode("w1"), guardBudget(0, { name: "g", nodeName: "w1", ready: "True" }));
    const says =
      "taking w1 out could stop the control plane: etcd's budget in openshift-etcd allows no disruption; wait until the others are back, or set the annotation drydock.dev/override-quorum to the reason for doing it all the same";
    expect(create(facts)).toMatchObject({ allowed: false, message: says });
    expect(create(facts, { "drydock.dev/override-quorum": "lab" })).toMatchObject({
      allowed: true,
      auditAnnotations: { "quorum-override": "lab" },
    });
  });
});

describe("a Maintenance is allowed", () => {
  test("after a finished one, and beside those of other nodes", () => {
    const known = [holder({ phase: "Finished" }), holder({ nodeName: "w2", phase: "Draining" })];
    expect(create(with_({ maintenances: { known } }))).toEqual({ allowed: true, warnings: [], auditAnnotations: {} });
  });

  test("beside a NodeMaintenance, with a word", () => {
    const { allowed, warnings } = create(with_({ nodeMaintenances: { known: [holder({ phase: "Succeeded" })] } }));
    expect({ allowed, warnings }).toEqual({
      allowed: true,
      warnings: ["nodemaintenance/rack-7 takes w1 out too: the node comes back when both have let it go"],
    });
  });

  test("where NodeMaintenances cannot be read, with a word", () => {
    expect(create(with_({ nodeMaintenances: { unknown: "forbidden" } }))).toMatchObject({
      allowed: true,
      warnings: ["whether a NodeMaintenance takes w1 out too could not be read"],
    });
  });

  test("to be changed, whatever can be read", () => {
    const change = review("Maintenance", "w1", { before: "w1" });
    expect(decideMaintenance(change, with_({ node: { unknown: "down" } }))).toMatchObject({ allowed: true });
  });
});
