import { expect, test } from "vitest";
import type { KubeObject } from "../../kube/object.ts";
import { Admittance } from "./admittance.ts";

const { signal } = new AbortController();
const object: KubeObject = { metadata: { name: "os-patch", uid: "u", resourceVersion: "1", generation: 1 } };

function asking(...answers: readonly (string | undefined)[]) {
  let asked = 0;
  const admittance = new Admittance(async () => {
    asked += 1;
    return await Promise.resolve(answers[asked - 1]);
  });
  return { admittance, asked: () => asked };
}

test("is asked once where nothing is against it", async () => {
  const { admittance, asked } = asking(undefined);
  for (const now of [0, 1_000, 60_000]) await admittance.look(object, undefined, now, signal);
  expect([admittance.refusal, asked()]).toEqual([undefined, 1]);
});

test("a refusal stands, is asked for again from time to time, and ends with its cause", async () => {
  const { admittance, asked } = asking("etcd", "etcd", undefined);
  await admittance.look(object, undefined, 0, signal);
  await admittance.look(object, undefined, 9_999, signal);
  expect([admittance.refusal, admittance.askAt, asked()]).toEqual(["etcd", 10_000, 1]);
  await admittance.look(object, undefined, 10_000, signal);
  expect([admittance.refusal, asked()]).toEqual(["etcd", 2]);
  await admittance.look(object, undefined, 20_000, signal);
  expect([admittance.refusal, admittance.askAt, asked()]).toEqual([undefined, undefined, 3]);
});

test("a changed spec is asked about at once", async () => {
  const { admittance } = asking("unknown node", undefined);
  await admittance.look(object, undefined, 0, signal);
  await admittance.look({ metadata: { ...object.metadata, generation: 2 } }, undefined, 1, signal);
  expect(admittance.refusal).toBeUndefined();
});

test.each([
  { what: "whose node was held before", previous: { phase: "Draining", drifts: [], machine: {} } as const, given: object },
  { what: "that another operator had taken up", previous: undefined, given: { metadata: { ...object.metadata, finalizers: ["theirs"] } } },
  {
    what: "that is being deleted",
    previous: undefined,
    given: { metadata: { ...object.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } },
  },
])("an object $what is not asked about", async ({ previous, given }) => {
  const { admittance, asked } = asking("no");
  await admittance.look(given, previous, 0, signal);
  expect([admittance.refusal, asked()]).toEqual([undefined, 0]);
});
