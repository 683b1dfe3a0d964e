import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDrydock } from "./drain/drydock.ts";
import { type Certificates, makeCertificates } from "./fixture/certificates.ts";
import { type ConnectProxy, startConnectProxy } from "./fixture/connect-proxy.ts";
import { type ControlPlane, startControlPlane } from "./fixture/control-plane.ts";
import { clientId, clientSecret, type IdentityProvider, startIdentityProvider } from "./fixture/identity-provider.ts";

// As a user: through the command line, with a kubeconfig that says no more than theirs does.

let cluster: ControlPlane;
let provider: IdentityProvider;
let proxy: ConnectProxy;
let certificates: Certificates;
let folder: string;
const owned = new AsyncDisposableStack();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drydock-oidc-"));
  owned.defer(() => rm(folder, { recursive: true, force: true }));
  certificates = await makeCertificates(folder);
  provider = owned.use(await startIdentityProvider(certificates));
  proxy = owned.use(await startConnectProxy("proxy-user", "proxy word"));
  cluster = owned.use(
    await startControlPlane({
      apiServerFlags: [
        `--oidc-issuer-url=${provider.issuer}`,
        `--oidc-client-id=${clientId}`,
        `--oidc-ca-file=${certificates.authority.certificate}`,
        "--oidc-username-claim=sub",
        "--oidc-username-prefix=oidc:",
        "--oidc-groups-claim=groups",
      ],
    }),
  );
  await cluster.createNodes([{ name: "worker-1" }]);
});

afterAll(() => owned.disposeAsync());

async function cordon(
  name: string,
  user: object,
  ofCluster: object = {},
): Promise<{ readonly code: number | null; readonly text: string }> {
  const kubeconfig = join(folder, name);
  const at = { server: cluster.server, "certificate-authority": cluster.certificates.authority.certificate, ...ofCluster };
  const config = {
    clusters: [{ name: "c", cluster: at }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const { code, stdout, stderr } = await startDrydock(["cordon", "worker-1", "--dry-run=server", "--kubeconfig", kubeconfig], folder).ended;
  return { code, text: stdout + stderr };
}

const oidc = (idToken: string, refreshToken: string): object => ({
  "auth-provider": {
    name: "oidc",
    config: {
      "idp-issuer-url": provider.issuer,
      "idp-certificate-authority": certificates.authority.certificate,
      "client-id": clientId,
      "client-secret": clientSecret,
      "id-token": idToken,
      "refresh-token": refreshToken,
    },
  },
});

describe("OIDC", () => {
  test("a token that holds is shown as it is", async () => {
    expect(await cordon("valid", oidc(provider.idToken("ada", ["system:masters"], 600), "none"))).toEqual({
      code: 0,
      text: expect.stringContaining("node/worker-1 cordoned") as string,
    });
    expect(provider.renewals).toBe(0);
  });

  test("one that has expired is renewed at the provider, whose new token the server takes", async () => {
    provider.takes("refresh-ada", "ada", ["system:masters"]);
    expect((await cordon("expired", oidc(provider.idToken("ada", [], -60), "refresh-ada"))).code).toBe(0);
    expect(provider.renewals).toBe(1);
  });

  test("the user is whom the provider names: without a right, that is what is missing", async () => {
    const { code, text } = await cordon("joe", oidc(provider.idToken("joe", [], 600), "none"));
    expect(code).toBe(5);
    expect(text).toContain("oidc:joe");
  });

  test("a refresh token that the provider does not take is said, without the token", async () => {
    const { code, text } = await cordon("revoked", oidc(provider.idToken("ada", [], -60), "refresh-revoked"));
    expect(code).not.toBe(0);
    expect(text).toContain("invalid_grant");
    expect(text).not.toContain("refresh-revoked");
  });
});

describe("proxy-url", () => {
  test("all that is asked goes through the proxy, TLS inside of it", async () => {
    const through = { "proxy-url": `http://proxy-user:proxy%20word@${proxy.address}` };
    expect((await cordon("proxied", { token: cluster.token("admin") }, through)).code).toBe(0);
    expect(proxy.tunnels.length).toBeGreaterThan(0);
    expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(cluster.server).host]));
  });

  test("one that refuses us is named, without the password", async () => {
    const through = { "proxy-url": `http://proxy-user:wrong-word@${proxy.address}` };
    const { code, text } = await cordon("refused", { token: cluster.token("admin") }, through);
    expect(code).toBe(1);
    expect(text).toContain(proxy.address);
    expect(text).not.toContain("wrong-word");
  });
});
