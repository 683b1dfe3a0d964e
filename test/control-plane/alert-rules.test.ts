import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findBinaries } from "./binaries.ts";

// Prometheus' own promtool reads the alert rules, and plays two hours of series to them.
const rules = resolve(import.meta.dirname, "../../deploy/alerts/drydock.rules.yaml");
const folder = mkdtempSync(join(tmpdir(), "drydock-alerts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly output: string;
}

function promtool(...words: readonly string[]): Promise<Ended> {
  const found = findBinaries();
  if (found.kind === "missing") throw new Error(found.why);
  return new Promise((done, failed) => {
    execFile(join(found.folder, "promtool"), words, (error, stdout, stderr) => {
      if (error === null) done({ code: 0, output: stdout });
      else if (typeof error.code === "number") done({ code: error.code, output: `${stdout}${stderr}` });
      else failed(new Error(`promtool ${words.join(" ")} did not run`, { cause: error }));
    });
  });
}

/** Series → values, in promtool's notation: `VALUExN`, or `FIRST+STEPxN`, one a minute. */
type Series = Readonly<Record<string, string>>;

const job = 'job="drydock-operator"';
const minutes = 120;
const steady = (value: number): string => `${value}x${minutes}`;
const rising = (perMinute: number): string => `0+${perMinute}x${minutes}`;
const day = 86_400;

const leader = (pod: string): string => `leader_election_master_status{${job},name="drydock-operator",pod="${pod}"}`;
const webhook = `webhook="/validate"`;
const requests = (code: string): string => `rest_client_requests_total{${job},code="${code}",method="GET",host="h"}`;
const delay = (le: string): string => `drydock_event_loop_delay_seconds_bucket{${job},le="${le}"}`;
const latency = (le: string): string => `controller_runtime_webhook_latency_seconds_bucket{${job},${webhook},le="${le}"}`;

/** One node out, one replica leading, nothing wrong; another operator in trouble beside it, which is none of our business. */
const healthy: Series = {
  [leader("a")]: steady(1),
  [leader("b")]: steady(0),
  [`drydock_maintenances{${job},kind="Maintenance",phase="Draining"}`]: steady(1),
  [`drydock_node_lease_held{${job},node="w1"}`]: steady(1),
  [`controller_runtime_reconcile_total{${job},controller="maintenance",result="success"}`]: rising(10),
  [`controller_runtime_reconcile_errors_total{${job},controller="maintenance"}`]: steady(0),
  [`workqueue_longest_running_processor_seconds{${job},name="maintenance",controller="maintenance"}`]: steady(1),
  [`drydock_watch_last_heard_seconds{${job},resource="nodes"}`]: steady(40),
  [requests("200")]: rising(100),
  [delay("0.05")]: rising(100),
  [delay("+Inf")]: rising(100),
  [`controller_runtime_webhook_requests_total{${job},${webhook},code="200"}`]: rising(1),
  [latency("0.1")]: rising(1),
  [latency("+Inf")]: rising(1),
  [`drydock_certificate_expires_seconds{${job}}`]: steady(60 * day),
  'controller_runtime_reconcile_total{job="other",controller="x",result="error"}': rising(10),
  'controller_runtime_reconcile_errors_total{job="other",controller="x"}': rising(10),
};

/** What makes each alert fire, and it alone. */
const troubles: Readonly<Record<string, Series>> = {
  DrydockDown: { [leader("a")]: steady(0) },
  DrydockTwoLeaders: { [leader("b")]: steady(1) },
  DrydockMaintenanceFailed: { [`drydock_maintenances{${job},kind="Maintenance",phase="Failed"}`]: steady(1) },
  DrydockDrainBlocked: { [`drydock_pods_blocked{${job},node="w1",code="budget"}`]: steady(2) },
  DrydockNodeLeaseLost: { [`drydock_node_lease_held{${job},node="w1"}`]: steady(0) },
  DrydockReconcileErrors: { [`controller_runtime_reconcile_errors_total{${job},controller="maintenance"}`]: rising(5) },
  DrydockQueueStuck: { [`workqueue_longest_running_processor_seconds{${job},name="maintenance",controller="maintenance"}`]: steady(400) },
  DrydockWatchSilent: { [`drydock_watch_last_heard_seconds{${job},resource="nodes"}`]: steady(400) },
  DrydockApiServerFails: { [requests("<error>")]: rising(100) },
  DrydockEventLoopStalls: { [delay("0.05")]: rising(50), [delay("2.5")]: rising(100) },
  DrydockWebhookFails: { [`controller_runtime_webhook_requests_total{${job},${webhook},code="500"}`]: rising(1) },
  DrydockWebhookSlow: { [latency("0.1")]: steady(0), [latency("5")]: rising(1) },
  DrydockCertificateExpires: { [`drydock_certificate_expires_seconds{${job}}`]: steady(10 * day) },
};

const played = (name: string, trouble: Series, firing: readonly string[]): object => ({
  name,
  interval: "1m",
  input_series: Object.entries({ ...healthy, ...trouble }).map(([series, values]) => ({ series, values })),
  promql_expr_test: [
    {
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${minutes - 1}m`,
      exp_samples: firing.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
    },
  ],
});

test("the rules are Prometheus rules, and promtool finds nothing to complain of", async () => {
  const { code, output } = await promtool("check", "rules", "--lint=all", "--lint-fatal", rules);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(`${Object.keys(troubles).length} rules found`) });
});

test("each alert fires in its trouble alone, and none where all is well", async () => {
  const tests = [
    played("all is well", {}, []),
    ...Object.entries(troubles).map(([alert, trouble]) => played(`trouble of ${alert}`, trouble, [alert])),
  ];
  const file = join(folder, "rules.test.yaml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: "1m", tests }));
  const { code, output } = await promtool("test", "rules", file);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("SUCCESS") });
});
