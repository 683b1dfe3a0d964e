import { execFileSync } from "node:child_process";
import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { maintenances } from "../../api/maintenance.ts";
import { KubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import { deployments, events, nodes, pods, type Resource } from "../../kube/resource.ts";
import type { Surroundings } from "../../maintenance/work.ts";
import { seededRandom } from "../../runtime/random.ts";
import { createVirtualClock } from "../../runtime/virtual-clock.ts";
import { type Answers, MemoryServer } from "../install/testing/memory-server.ts";
import { resourceFor } from "../install/resources.ts";
import { podLabels } from "../manifests/manifest.ts";
import { type Bundle, collectBundle } from "./bundle.ts";
import { tar } from "./tar.ts";

const namespace = "drydock-system";
/** Each in another place from which it could get out. */
const secrets = {
  secret: "c2VjcmV0LW9mLXRoZS13ZWJob29r",
  environment: "hunter2-of-the-environment",
  applied: "hunter2-of-last-applied",
  foreign: "hunter2-of-a-foreign-annotation",
  label: "hunter2-of-a-label",
  bearer: "hunter2-of-an-event",
  ending: "hunter2-of-a-last-line",
  url: "hunter2-of-a-proxy",
  argument: "hunter2-of-an-argument",
  log: "hunter2-of-a-log",
  certificate: Buffer.from("-----BEGIN CERTIFICATE-----\nhunter2").toString("base64"),
};
const applied = { "kubectl.kubernetes.io/last-applied-configuration": `{"password":"${secrets.applied}"}` };
const container = {
  name: "operator",
  image: "drydock:1",
  args: [`--token=${secrets.argument}`],
  env: [{ name: "HTTPS_PROXY", value: `http://jane:${secrets.environment}@proxy` }],
};

const objects: readonly (readonly [Resource, object])[] = [
  [resourceFor({ kind: "Secret" }), { metadata: { name: "drydock-webhook-certificate", namespace }, data: { "tls.key": secrets.secret } }],
  [
    maintenances,
    {
      metadata: { name: "rack-7", annotations: { ...applied, "drydock.dev/retry": "1" } },
      spec: { nodeName: "n1", reason: `via http://jane:${secrets.url}@proxy` },
      status: { phase: "Drained" },
    },
  ],
  [
    nodes,
    {
      metadata: {
        name: "n1",
        annotations: { ...applied, "csi/node": secrets.foreign, "drydock.dev/held": "{}" },
        labels: { a: secrets.label },
      },
      spec: { unschedulable: true },
    },
  ],
  [nodes, { metadata: { name: "untouched", annotations: { a: secrets.foreign } }, spec: {} }],
  [
    deployments,
    { metadata: { name: "drydock-operator", namespace }, spec: { replicas: 2, template: { spec: { containers: [container] } } } },
  ],
  [
    pods,
    {
      metadata: { name: "drydock-operator-1", namespace, labels: podLabels, annotations: applied },
      spec: { nodeName: "n2", containers: [container] },
      status: {
        phase: "Running",
        containerStatuses: [
          {
            name: "operator",
            restartCount: 3,
            state: { running: {} },
            lastState: { terminated: { reason: "Error", exitCode: 1, message: secrets.ending } },
          },
        ],
      },
    },
  ],
  [
    events,
    {
      metadata: { name: "e1", namespace: "default" },
      involvedObject: { kind: "Maintenance", name: "rack-7" },
      reason: "Blocked",
      message: `Authorization: Bearer ${secrets.bearer}`,
    },
  ],
  [events, { metadata: { name: "e2", namespace: "default" }, involvedObject: { kind: "Pod", name: "of-somebody" }, message: "foreign" }],
];

const logs = (previous: boolean): string =>
  [
    JSON.stringify({ msg: previous ? "it ended" : "it runs", headers: { authorization: `Bearer ${secrets.log}` } }),
    `dial http://jane:${secrets.log}@proxy with caBundle ${secrets.certificate}`,
    "",
  ].join("\n");

async function collect(
  answers: Answers = {},
  log: KubeApi["log"] = async (_, { previous }) => await Promise.resolve(logs(previous === true)),
): Promise<{ readonly bundle: Bundle; readonly listed: readonly string[] }> {
  const server = new MemoryServer(answers, objects).api();
  const listed: string[] = [];
  const api: KubeApi = {
    ...server,
    version: async () => await Promise.resolve({ major: 1, minor: 36, gitVersion: "v1.36.3" }),
    groups: async () => await Promise.resolve([]),
    log,
    list: (r, q, call) => {
      listed.push(r.plural);
      return server.list(r, q, call);
    },
  };
  const s: Surroundings = {
    api,
    clock: createVirtualClock(Date.UTC(2026, 0, 5, 9)),
    random: seededRandom("bundle"),
    observe: () => {},
    stop: new AbortController().signal,
    host: "laptop",
  };
  return { bundle: await collectBundle(s, { version: "1.2.3", namespace, runtime: "node" }), listed };
}

const fileOf = ({ files }: Bundle, name: string): unknown => JSON.parse(files.find((file) => file.name === name)?.text ?? "null");

test("no secret that was planted gets into the bundle, and Secrets are not even asked for", async () => {
  const { bundle, listed } = await collect();
  const archive = gunzipSync(gzipSync(tar(bundle.files, 0))).toString("utf8");
  expect(Object.entries(secrets).filter(([, secret]) => archive.includes(secret))).toEqual([]);
  expect(listed).not.toContain("secrets");
  expect(archive).toContain("[redacted]");
});

test("objects, held nodes, the operator and its events are in it, and nothing of others", async () => {
  const { bundle } = await collect();
  expect(fileOf(bundle, "maintenances.json")).toMatchObject([
    { metadata: { name: "rack-7", annotations: { "drydock.dev/retry": "1" } }, spec: { nodeName: "n1" }, status: { phase: "Drained" } },
  ]);
  expect(fileOf(bundle, "nodes.json")).toMatchObject([{ metadata: { name: "n1" }, held: "{}", unschedulable: true }]);
  expect(fileOf(bundle, "operator/pods.json")).toMatchObject([
    { node: "n2", containers: [{ env: ["HTTPS_PROXY"] }], states: [{ restartCount: 3, lastState: { ended: { exitCode: 1 } } }] },
  ]);
  expect(fileOf(bundle, "events.json")).toMatchObject([{ name: "e1", reason: "Blocked" }]);
  expect(fileOf(bundle, "version.json")).toMatchObject({ drydock: "1.2.3", server: "v1.36.3" });
});

test("what the operator wrote is in it, also from before its restart", async () => {
  const { bundle } = await collect();
  const text = (name: string) => bundle.files.find((file) => file.name === `operator/logs/drydock-operator-1/${name}`)?.text;
  expect(text("operator.log")).toBe(
    '{"msg":"it runs","headers":{"authorization":"[redacted]"}}\ndial http://[redacted]@proxy with caBundle [redacted]\n',
  );
  expect(text("operator.previous.log")).toContain("it ended");
  expect(bundle).toMatchObject({ logs: 2, notRead: [] });
});

test("its page lists every file, and how to have whole logs", async () => {
  const { bundle } = await collect();
  const [page, ...rest] = bundle.files;
  for (const { name } of rest) expect(page?.text).toContain(`  ${name}\n`);
  expect(page?.text).toContain(`kubectl -n ${namespace} logs -l app.kubernetes.io/name=drydock`);
});

test("logs that may not be read cost nothing but themselves, and its page says which right is missing", async () => {
  const { bundle } = await collect({}, async () => {
    await Promise.resolve();
    throw new KubeError("forbidden", 'pods "drydock-operator-1" is forbidden', { http: 403 });
  });
  expect(fileOf(bundle, "operator/pods.json")).toMatchObject([{ node: "n2" }]);
  expect(bundle).toMatchObject({ logs: 0, notRead: [{ resource: "pods/log" }] });
  const page = bundle.files[0]?.text;
  expect(page).toContain("There is no log of the operator in it.");
  expect(page).toContain(`  pods/log: pods "drydock-operator-1" is forbidden; missing: get pods/log in namespace ${namespace}\n`);
});

test("tar reads what was written", () => {
  const files = [
    { name: "bundle/a.txt", text: "ä\n" },
    { name: "bundle/folder/b.txt", text: "x".repeat(512) },
    { name: "bundle/empty.txt", text: "" },
    { name: `${"f".repeat(60)}/${"g".repeat(63)}/long.txt`, text: "l" },
  ];
  const listing = execFileSync("tar", ["-tvf", "-"], { input: tar(files, 1_767_603_600), env: { ...process.env, TZ: "UTC" } }).toString();
  expect(
    listing
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/).slice(2)),
  ).toEqual([
    ["3", "2026-01-05", "09:00", "bundle/a.txt"],
    ["512", "2026-01-05", "09:00", "bundle/folder/b.txt"],
    ["0", "2026-01-05", "09:00", "bundle/empty.txt"],
    ["1", "2026-01-05", "09:00", `${"f".repeat(60)}/${"g".repeat(63)}/long.txt`],
  ]);
  const second = execFileSync("tar", ["-xOf", "-", "bundle/a.txt"], { input: tar(files, 0) }).toString();
  expect(second).toBe("ä\n");
});
