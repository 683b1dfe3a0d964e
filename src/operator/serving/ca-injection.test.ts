import { afterEach, beforeEach, expect, test } from "vitest";
import { HeardWatches } from "../../../test/support/heard-watches.ts";
import { seededRandom } from "../../runtime/random.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import { type CaInjection, injectAuthorities, type WebhookConfiguration, webhookConfigurations } from "./ca-injection.ts";
import { createLogger } from "./log.ts";

const names = ["drydock-maintenance", "drydock-nodemaintenance"];
const configuration = (name: string) => ({
  metadata: { name },
  webhooks: ["a", "b"].map((webhook) => ({
    name: `${webhook}.drydock.dev`,
    clientConfig: { service: { name: "drydock-webhook", namespace: "drydock-system", path: `/${webhook}` } },
  })),
});

let rig: Rig;
let injection: CaInjection;
let watches: HeardWatches;
const logged: string[] = [];
beforeEach(() => {
  rig = new Rig();
  logged.length = 0;
  const log = createLogger("ca", { now: () => rig.clock.now(), sink: (line) => logged.push(line) });
  const { clock } = rig;
  watches = new HeardWatches();
  injection = injectAuthorities(
    { api: rig.api, configurations: names, clock, random: seededRandom("ca"), log, watchBegan: watches.began, signal: rig.call.signal },
    "first",
  );
});
afterEach(async () => {
  await injection[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

const create = (name: string) => rig.run(rig.api.create(webhookConfigurations, configuration(name), {}, rig.call));
const read = (name: string): Promise<WebhookConfiguration> => rig.run(rig.api.get(webhookConfigurations, { name }, rig.call));
const bundles = async (name: string) =>
  (await read(name)).webhooks?.map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? "", "base64").toString("utf8"));
const strip = (name: string) =>
  rig.run(
    rig.api.patch(
      webhookConfigurations,
      { name },
      { kind: "json", operations: [{ op: "remove", path: "/webhooks/0/clientConfig/caBundle" }] },
      {},
      rig.call,
    ),
  );

test("every webhook of both configurations gets the authorities, also of one that is installed later", async () => {
  await create(names[0] ?? "");
  await rig.pass(2_000);
  expect(await bundles(names[0] ?? "")).toEqual(["first", "first"]);
  await create(names[1] ?? "");
  await rig.pass(2_000);
  expect(await bundles(names[1] ?? "")).toEqual(["first", "first"]);
  expect((await read(names[1] ?? "")).webhooks?.[1]).toMatchObject(configuration("").webhooks[1] ?? {});
});

test("new authorities replace the old ones", async () => {
  await create(names[0] ?? "");
  await rig.pass(2_000);
  injection.use("second");
  await rig.pass(2_000);
  expect(await bundles(names[0] ?? "")).toEqual(["second", "second"]);
});

test("what somebody removes is back at once, and less often where somebody keeps removing it", async () => {
  await create(names[0] ?? "");
  await rig.pass(2_000);
  let writes = 0;
  for (let second = 0; second < 600; second += 1) {
    if ((await bundles(names[0] ?? ""))?.[0] !== "") {
      writes += 1;
      await strip(names[0] ?? "");
    }
    await rig.pass(1_000);
  }
  expect(writes).toBeLessThan(20);
  expect(logged.join("")).toContain("somebody else keeps changing it: see its managedFields");
  await rig.pass(60_000);
  expect(await bundles(names[0] ?? "")).toEqual(["first", "first"]);
});

test("a failed write is made again", async () => {
  rig.control.faults.plant({ verb: "patch" }, { kind: "internal-error", applied: false });
  await create(names[0] ?? "");
  await rig.pass(10_000);
  expect(await bundles(names[0] ?? "")).toEqual(["first", "first"]);
  expect(logged.join("")).toContain("could not be written; trying again");
});

test("nothing else is written, and nothing where all is well", async () => {
  await create(names[0] ?? "");
  await rig.pass(2_000);
  const { metadata } = await read(names[0] ?? "");
  injection.use("first");
  await rig.pass(3_600_000 / 2);
  expect((await read(names[0] ?? "")).metadata.resourceVersion).toBe(metadata.resourceVersion);
});

test("its watches are told of until it ends", async () => {
  const resource = "validatingwebhookconfigurations.admissionregistration.k8s.io";
  await rig.pass(2_000);
  expect(watches.open).toEqual([resource, resource]);
  expect(watches.heard.get(resource)).toBeGreaterThan(1);
  await injection[Symbol.asyncDispose]();
  expect(watches.open).toEqual([]);
});
