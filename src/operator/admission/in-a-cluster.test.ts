import { expect, test } from "vitest";
import { definitions } from "../../api/crd.ts";
import { nodeMaintenanceFinalizer, nodeMaintenances } from "../../api/node-maintenance.ts";
import type { Patch } from "../../kube/patch.ts";
import { apiVersionOf } from "../../kube/resource.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import { apiReads } from "./api-reads.ts";
import { nodeMaintenanceHandler } from "./handler.ts";

// The webhook as users meet it: asked by a server, in the order in which that asks, and answered through it.

const denied = (why: string): object => ({
  http: 403,
  message: `admission webhook "vnodemaintenance.kb.io" denied the request: ${why}`,
});
const merge = (body: Extract<Patch, { readonly kind: "merge" }>["body"]): Patch => ({ kind: "merge", body });

class Cluster extends Rig {
  isAnswering = true;

  constructor() {
    super();
    for (const definition of definitions) this.control.addDefinition(definition);
    for (const name of ["a", "b"]) this.control.addNode({ name });
    const answer = nodeMaintenanceHandler(apiReads(this.cluster.api({ name: "webhook" })));
    this.control.addWebhook({
      name: "vnodemaintenance.kb.io",
      resource: nodeMaintenances,
      operations: ["CREATE", "UPDATE"],
      matches: ({ object, oldObject }) => JSON.stringify(specOf(object)) !== JSON.stringify(specOf(oldObject)),
      decide: async (request, signal) => {
        if (!this.isAnswering) throw new Error("connection refused");
        return await answer(request, signal);
      },
    });
  }

  ask(name: string, nodeName: string): Promise<unknown> {
    const { kind } = nodeMaintenances;
    const metadata = { name, finalizers: [nodeMaintenanceFinalizer] };
    const body = { apiVersion: apiVersionOf(nodeMaintenances), kind, metadata, spec: { nodeName } };
    return this.run(this.api.create(nodeMaintenances, body, {}, this.call));
  }

  change(name: string, body: Extract<Patch, { readonly kind: "merge" }>["body"], subresource?: string): Promise<unknown> {
    const options = subresource === undefined ? {} : { subresource };
    return this.run(this.api.patch(nodeMaintenances, { name }, merge(body), options, this.call));
  }
}

function specOf(object: object | null): unknown {
  return (object as { readonly spec?: unknown } | null)?.spec;
}

test("what the original refuses is refused in its words", async () => {
  await using cluster = new Cluster();
  await expect(cluster.ask("x", "nowhere")).rejects.toMatchObject(denied("invalid nodeName, no node with name nowhere found"));
  await cluster.ask("one", "a");
  const again = denied("invalid nodeName, a NodeMaintenance for node a already exists");
  await expect(cluster.ask("two", "a")).rejects.toMatchObject(again);
  await expect(cluster.ask("one", "a"), "before the name is found taken").rejects.toMatchObject(again);
  await expect(cluster.change("one", { spec: { nodeName: "b" } })).rejects.toMatchObject(denied("updating spec.NodeName isn't allowed"));
});

test("with the webhook dead nothing new is accepted, while finalizers, status and deletion still work", async () => {
  await using cluster = new Cluster();
  await cluster.ask("one", "a");
  cluster.isAnswering = false;
  await expect(cluster.ask("two", "b")).rejects.toMatchObject({ http: 500, message: expect.stringContaining("failed calling webhook") });
  await cluster.change("one", { status: { phase: "Running" } }, "status");
  const { metadata } = await cluster.run(cluster.api.get(nodeMaintenances, { name: "one" }, cluster.call));
  await cluster.run(cluster.api.remove(nodeMaintenances, metadata, {}, cluster.call));
  expect(cluster.control.find(nodeMaintenances, { name: "one" })?.metadata.deletionTimestamp).toBeDefined();
  await cluster.change("one", { metadata: { finalizers: null } });
  expect(cluster.control.find(nodeMaintenances, { name: "one" })).toBeUndefined();
});
