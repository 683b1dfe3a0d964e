import { X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HeardWatches } from "../../../test/support/heard-watches.ts";
import { Rig } from "../../simulator/testing/rig.ts";
import { seededRandom } from "../../runtime/random.ts";
import { readSecret, type Secret, secrets } from "./certificate-secret.ts";
import { type CertificateKeeper, type CertificateOptions, keepCertificates, serviceNames } from "./certificates.ts";
import { createLogger } from "./log.ts";

const hour = 3_600_000;
// A day stands for three months, so that years of renewals pass in a moment.
const lifetimes = { authority: 192 * hour, serving: 24 * hour, settle: hour, backdate: hour / 60 };
const namespace = "drydock-system";
const dnsNames = serviceNames("drydock-webhook", namespace);
const at = { namespace, name: "drydock-webhook-certificate" };

let rig: Rig;
const logged: string[] = [];
beforeEach(() => {
  rig = new Rig();
  rig.control.addNamespace(namespace);
  logged.length = 0;
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

function keeper(name = "a", rest: Partial<CertificateOptions> = {}): Promise<CertificateKeeper> {
  return keepCertificates({
    api: rig.cluster.api({ name }),
    namespace,
    secret: at.name,
    dnsNames,
    clock: rig.clock,
    random: seededRandom(name),
    log: createLogger(name, { now: () => rig.clock.now(), sink: (line) => logged.push(line) }),
    lifetimes,
    signal: rig.call.signal,
    ...rest,
  });
}

const pass = (ms: number): Promise<void> => rig.run(rig.clock.sleep(ms, rig.call.signal), 2 * ms);
const stored = async (): Promise<Secret> => rig.run(rig.api.get(secrets, at, rig.call));
const authoritiesIn = (bundle: string): readonly X509Certificate[] =>
  (bundle.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));

/** Whether a client that trusts the bundle accepts the server by each of its names, now. */
function accepts({ current }: CertificateKeeper, bundle: string = current.bundle): boolean {
  const certificate = new X509Certificate(current.serving.certificate);
  const isNow = ({ validFromDate, validToDate }: X509Certificate): boolean =>
    validFromDate.getTime() <= rig.clock.now() && rig.clock.now() < validToDate.getTime();
  const issuer = authoritiesIn(bundle).find((each) => certificate.checkIssued(each) && certificate.verify(each.publicKey));
  return issuer !== undefined && isNow(issuer) && isNow(certificate) && dnsNames.every((name) => certificate.checkHost(name) !== undefined);
}

describe("at the first start", () => {
  test("an authority and a certificate for all names of the service are made, in one write", async () => {
    const kept = await rig.run(keeper());
    expect(accepts(kept)).toBe(true);
    expect(authoritiesIn(kept.current.bundle)).toHaveLength(1);
    expect(authoritiesIn(kept.current.bundle)[0]?.ca).toBe(true);
    expect(new X509Certificate(kept.current.serving.certificate).subjectAltName).toBe(
      "DNS:drydock-webhook.drydock-system.svc, DNS:drydock-webhook.drydock-system, DNS:drydock-webhook.drydock-system.svc.cluster.local",
    );
    expect(readSecret(await stored()).serving).toEqual(kept.current.serving);
    expect(logged.filter((line) => line.includes("certificates renewed"))).toHaveLength(1);
    expect(logged.join("")).not.toContain("BEGIN");
  });

  test("the Secret that was installed empty is filled, and its labels are kept", async () => {
    await rig.run(rig.api.create(secrets, { metadata: { ...at, labels: { mine: "yes" } }, type: "Opaque" }, { namespace }, rig.call));
    await rig.run(keeper());
    expect((await stored()).metadata.labels).toEqual({ mine: "yes" });
    expect(Object.keys((await stored()).data ?? {}).sort()).toEqual(["ca.crt", "ca.key", "tls.crt", "tls.key"]);
  });

  test("replicas that start together agree on one", async () => {
    const all = await rig.run(Promise.all(["a", "b", "c"].map((name) => keeper(name))));
    await rig.settle();
    expect(new Set(all.map(({ current }) => current.serving.certificate)).size).toBe(1);
    expect(new Set(all.map(({ current }) => current.bundle)).size).toBe(1);
  });

  test("a write that fails is made again, and the log says what failed", async () => {
    rig.control.faults.plant({ verb: "create" }, { kind: "internal-error", applied: false });
    expect(accepts(await rig.run(keeper()))).toBe(true);
    expect(logged.join("")).toContain("the webhook's certificates could not be looked after; trying again");
  });
});

describe("as time passes", () => {
  test("every replica serves what every API server accepts, also one that heard of the bundle an hour late, through all renewals", async () => {
    const both = await rig.run(Promise.all([keeper("a"), keeper("b")]));
    const bundles: string[] = [];
    const served = new Set<string>();
    const signed = new Set<string>();
    // Two lives of an authority, looked at every half hour.
    for (let n = 0; n < 2 * 2 * 192; n += 1) {
      await rig.pass(hour / 2);
      for (const kept of both) {
        served.add(kept.current.serving.certificate);
        expect(accepts(kept)).toBe(true);
        const late = bundles.at(-2);
        if (late !== undefined) expect(accepts(kept, late), `at half hour ${n}`).toBe(true);
      }
      const { bundle } = both[0].current;
      for (const { serialNumber } of authoritiesIn(bundle)) signed.add(serialNumber);
      expect(authoritiesIn(bundle).length).toBeLessThanOrEqual(2);
      bundles.push(bundle);
    }
    // Three quarters of 192 h each, and two thirds of 24 h each.
    expect(signed.size).toBe(3);
    expect(served.size).toBeGreaterThanOrEqual(22);
    expect(served.size).toBeLessThanOrEqual(25);
    expect(both[0].current).toEqual(both[1].current);
  });

  test("an operator that was away for years begins anew", async () => {
    const first = await rig.run(keeper());
    await first[Symbol.asyncDispose]();
    await pass(1_000 * hour);
    expect(first.check.look()).toMatch(/^it expired at /);
    const second = await rig.run(keeper("b"));
    expect(accepts(second)).toBe(true);
    expect(authoritiesIn(second.current.bundle)).toHaveLength(1);
    expect(second.check.look()).toBeUndefined();
  });

  test("listeners hear of each new pair once", async () => {
    const kept = await rig.run(keeper());
    const heard: string[] = [];
    using _ = kept.onChange(({ serving }) => heard.push(serving.certificate));
    await pass(40 * hour);
    expect(heard).toHaveLength(2);
    expect(heard.at(-1)).toBe(kept.current.serving.certificate);
  });
});

describe("damage is mended", () => {
  const edit = (data: Record<string, string | null>) => rig.api.patch(secrets, at, { kind: "merge", body: { data } }, {}, rig.call);
  test.each([
    [
      "the Secret is deleted",
      async () => rig.api.remove(secrets, { ...at, uid: (await rig.api.get(secrets, at, rig.call)).metadata.uid }, {}, rig.call),
    ],
    ["all is emptied", () => edit({ "ca.crt": null, "ca.key": null, "tls.crt": null, "tls.key": null })],
    ["the certificate is garbage", () => edit({ "tls.crt": "Z2FyYmFnZQ==" })],
    ["the key is another's", async () => edit({ "tls.key": (await rig.api.get(secrets, at, rig.call)).data?.["ca.key"] ?? "" })],
    ["the authority is lost", () => edit({ "ca.crt": null })],
    ["the authority's key is lost", () => edit({ "ca.key": "" })],
  ])("%s", async (_what, damage) => {
    const kept = await rig.run(keeper());
    await rig.run<unknown>(damage());
    await rig.pass(hour / 4);
    expect(accepts(kept)).toBe(true);
    const { authorities = "", serving } = readSecret(await stored());
    expect(serving).toEqual(kept.current.serving);
    expect(authorities).toBe(kept.current.bundle);
  });

  test("a Secret that is gone and may not be made: what is served goes on, the log says what helps, and it is mended when it is back", async () => {
    rig.control.create(secrets, { metadata: at, type: "Opaque" }, { namespace });
    const kept = await rig.run(keeper("a", { api: rig.cluster.api({ name: "a", deny: [{ verb: "create", resource: "secrets" }] }) }));
    const { serving } = kept.current;
    rig.control.remove(secrets, { ...at, uid: (await stored()).metadata.uid });
    await rig.pass(hour / 4);
    expect(logged.join("")).toContain(
      "the Secret drydock-system/drydock-webhook-certificate is missing and may not be made by the operator: drydock install puts it back",
    );
    expect(kept.current.serving).toEqual(serving);
    rig.control.create(secrets, { metadata: at, type: "Opaque" }, { namespace });
    await rig.pass(hour / 4);
    expect(readSecret(await stored()).serving).toEqual(kept.current.serving);
  });

  test("a certificate for another Service is replaced", async () => {
    const other = await rig.run(keeper("a", { dnsNames: serviceNames("other", namespace) }));
    await other[Symbol.asyncDispose]();
    expect(accepts(await rig.run(keeper("b")))).toBe(true);
  });
});

test("the watch of the Secret is told of until it ends", async () => {
  const watches = new HeardWatches();
  const kept = await rig.run(keeper("a", { watchBegan: watches.began }));
  await pass(1_000);
  expect([watches.open, watches.heard.has("secrets")]).toEqual([["secrets"], true]);
  await kept[Symbol.asyncDispose]();
  expect(watches.open).toEqual([]);
});
