import { inject } from "vitest";
import { manifests } from "../../../src/operator/manifests/manifests.ts";
import type { Manifest } from "../../../src/operator/manifests/manifest.ts";
import { names } from "../../../src/operator/manifests/names.ts";
import { type Running, startDrydock } from "../drain/drydock.ts";
import type { ControlPlane } from "../fixture/control-plane.ts";
import { freePort } from "../fixture/ports.ts";
import { writeKubeconfig } from "../fixture/users.ts";
import { refusedTo } from "./permissions/granted.ts";
import { account, options } from "./permissions/installed.ts";
import { recordUse } from "./permissions/record.ts";

/** What is installed, but for what would run it: there are no containers here. The kinds are applied by the operator itself. */
const installed = new Set(["Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Secret"]);

export interface Replica extends Running {
  readonly webhookPort: number;
}

/**
 * An installation whose processes run beside the cluster, as its ServiceAccount and with nothing else. When it is disposed of, which is to be
 * before its control plane is, it keeps what was used of its permissions (permissions/judge.ts), and throws where something was refused.
 */
export class OperatorScene implements AsyncDisposable {
  /** Of the operator's ServiceAccount. */
  readonly kubeconfig: string;
  readonly #plane: ControlPlane;
  readonly #processes: Running[] = [];

  private constructor(plane: ControlPlane, kubeconfig: string) {
    this.#plane = plane;
    this.kubeconfig = kubeconfig;
  }

  /**
   * Installs it, with a way for the API server to its webhooks.
   *
   * @param server through which its processes reach the API server: a proxy's
   */
  static async install(plane: ControlPlane, server?: string): Promise<OperatorScene> {
    await apply(
      plane,
      manifests(options).filter(({ kind }) => installed.has(kind)),
    );
    const service = { metadata: { name: names.webhook }, spec: { type: "ExternalName", externalName: "localhost" } };
    await plane.call("POST", `/api/v1/namespaces/${names.namespace}/services`, service);
    return await OperatorScene.ofInstalled(plane, server);
  }

  /** Of what somebody has installed. */
  static async ofInstalled(plane: ControlPlane, server: string = plane.server): Promise<OperatorScene> {
    const path = `/api/v1/namespaces/${names.namespace}/serviceaccounts/${names.operator}/token`;
    const request = { spec: { expirationSeconds: 3_600 } };
    const { status } = await plane.call<{ readonly status: { readonly token: string } }>("POST", path, request);
    const { directory, authorityPem } = plane;
    return new OperatorScene(plane, await writeKubeconfig(directory, { name: account, server, authorityPem, token: status.token }));
  }

  /** Starts one more process of it, with these flags besides who and where it is. */
  run(...flags: readonly string[]): Running {
    const own = [`--kubeconfig=${this.kubeconfig}`, `--namespace=${names.namespace}`];
    const running = startDrydock(["operator", ...own, ...flags], this.#plane.directory);
    this.#processes.push(running);
    return running;
  }

  /** Starts one more replica; resolves when it answers webhooks. */
  async start(): Promise<Replica> {
    const [webhookPort, metricsPort, healthPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const running = this.run(
      "--leader-elect",
      `--webhook-bind-address=127.0.0.1:${webhookPort}`,
      `--metrics-bind-address=127.0.0.1:${metricsPort}`,
      `--health-probe-bind-address=127.0.0.1:${healthPort}`,
    );
    await running.said("webhooks are answered");
    return { ...running, webhookPort };
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

  /** What was refused to it so far, in words. */
  async refused(): Promise<readonly string[]> {
    return refusedTo(account, await this.#plane.audit());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of this.#processes) running.signal("SIGKILL");
    await Promise.all(this.#processes.map(({ ended }) => ended));
    await recordUse(inject("usedPermissions"), await this.#plane.audit());
    const refused = await this.refused();
    if (refused.length > 0) throw new Error(`refused to ${account} under the roles that are installed:\n${refused.join("\n")}`);
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
