import { manifests } from "../../../src/operator/manifests/manifests.ts";
import type { Manifest } from "../../../src/operator/manifests/manifest.ts";
import { names } from "../../../src/operator/manifests/names.ts";
import { defaultOptions } from "../../../src/operator/manifests/options.ts";
import { clusterRules, eventRules, leaseRules, type OperatorRule, ownRules } from "../../../src/operator/manifests/rules.ts";
import { type Running, startDrydock } from "../drain/drydock.ts";
import type { AuditEvent } from "../fixture/audit.ts";
import type { ControlPlane } from "../fixture/control-plane.ts";
import { freePort } from "../fixture/ports.ts";
import { writeKubeconfig } from "../fixture/users.ts";

export const account = `system:serviceaccount:${names.namespace}:${names.operator}`;
export const options = defaultOptions("0.0.0");

/** What is installed, but for what would run it: there are no containers here. The kinds are applied by the operator itself. */
const installed = new Set(["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Secret"]);

export interface Replica extends Running {
  readonly webhookPort: number;
}

/** An installation whose processes run beside the cluster, as its ServiceAccount and with nothing else. */
export class OperatorScene implements AsyncDisposable {
  readonly #plane: ControlPlane;
  readonly #kubeconfig: string;
  readonly #replicas: Replica[] = [];

  private constructor(plane: ControlPlane, kubeconfig: string) {
    this.#plane = plane;
    this.#kubeconfig = kubeconfig;
  }

  static async install(plane: ControlPlane): Promise<OperatorScene> {
    await apply(
      plane,
      manifests(options).filter(({ kind }) => installed.has(kind)),
    );
    const path = `/api/v1/namespaces/${names.namespace}`;
    const service = { metadata: { name: names.webhook }, spec: { type: "ExternalName", externalName: "localhost" } };
    await plane.call("POST", `${path}/services`, service);
    const request = { spec: { expirationSeconds: 3_600 } };
    const { status } = await plane.call<{ readonly status: { readonly token: string } }>(
      "POST",
      `${path}/serviceaccounts/${names.operator}/token`,
      request,
    );
    const { directory, server, authorityPem } = plane;
    return new OperatorScene(plane, await writeKubeconfig(directory, { name: account, server, authorityPem, token: status.token }));
  }

  /** Starts one more process of it; resolves when it answers webhooks. */
  async start(): Promise<Replica> {
    const [webhookPort, metricsPort, healthPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const running = startDrydock(
      [
        "operator",
        "--leader-elect",
        `--kubeconfig=${this.#kubeconfig}`,
        `--namespace=${names.namespace}`,
        `--webhook-bind-address=127.0.0.1:${webhookPort}`,
        `--metrics-bind-address=127.0.0.1:${metricsPort}`,
        `--health-probe-bind-address=127.0.0.1:${healthPort}`,
      ],
      this.#plane.directory,
    );
    const replica = { ...running, webhookPort };
    this.#replicas.push(replica);
    await running.said("webhooks are answered");
    return replica;
  }

  /** Has the API server call this process, and waits until it does: it hears of that by its own watches. */
  async callAt({ webhookPort }: Replica): Promise<void> {
    const configurations = manifests(options).filter(({ kind }) => kind === "ValidatingWebhookConfiguration");
    for (const configuration of configurations) {
      const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations`;
      const { status, body } = await this.#plane.request<Manifest>("GET", `${path}/${configuration.metadata.name}`);
      if (status === 404) await this.#plane.call("POST", path, atPort(configuration, webhookPort));
      else await this.#plane.call("PUT", `${path}/${configuration.metadata.name}`, atPort(body, webhookPort));
    }
    while (!(await this.#answers())) await this.#plane.call("GET", "/version");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const replica of this.#replicas) replica.signal("SIGKILL");
    await Promise.all(this.#replicas.map(({ ended }) => ended));
  }

  async #answers(): Promise<boolean> {
    const answers = await Promise.all(
      ["drydock.dev/v1alpha1/Maintenance", "nodemaintenance.medik8s.io/v1beta1/NodeMaintenance"].map(async (each) => {
        const [group, version, kind = ""] = each.split("/");
        const path = `/apis/${group}/${version}/${kind.toLowerCase()}s?dryRun=All`;
        const body = { apiVersion: `${group}/${version}`, kind, metadata: { name: "tried" }, spec: { nodeName: "nowhere" } };
        return (await this.#plane.request<{ readonly message?: string }>("POST", path, body)).body.message ?? "";
      }),
    );
    return answers.every((message) => message.includes("denied the request"));
  }
}

async function apply(plane: ControlPlane, items: readonly object[]): Promise<void> {
  const { code, stderr } = await plane.kubectl(["create", "-f", "-"], { stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items }) });
  if (code !== 0) throw new Error(stderr);
}

/** As installed, but for the port: here the API server has no kube-proxy between itself and ours. */
function atPort(manifest: Manifest, port: number): object {
  const webhooks = (manifest["webhooks"] ?? []) as unknown as readonly { clientConfig: { service: object } }[];
  return {
    ...manifest,
    webhooks: webhooks.map((each) => ({
      ...each,
      clientConfig: { ...each.clientConfig, service: { ...each.clientConfig.service, port } },
    })),
  };
}

/** What RBAC refused to the operator, in words. */
export function refusedTo(user: string, events: readonly AuditEvent[]): readonly string[] {
  const refused = events.filter((event) => event.user.username === user && event.responseStatus?.code === 403);
  return [...new Set(refused.map(({ verb, requestURI }) => `${verb} ${requestURI}`))];
}

/** Permissions that were installed and of which this user made no use, in words. */
export function unused(user: string, events: readonly AuditEvent[]): readonly string[] {
  const used = new Set<string>();
  for (const { user: by, verb, objectRef } of events) {
    if (by.username !== user || objectRef === undefined) continue;
    const { apiGroup = "", resource = "", subresource } = objectRef;
    used.add(`${verb} ${apiGroup}/${resource}${subresource === undefined ? "" : `/${subresource}`}`);
  }
  const all: readonly OperatorRule[] = [...clusterRules(options), ...ownRules(options), ...leaseRules, ...eventRules];
  const given = all.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`))),
  );
  return [...new Set(given)].filter((each) => !used.has(each));
}
