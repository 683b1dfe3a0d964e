// Loaded only for users with an `auth-provider`: config.js brings the generated client's thousand files with it.
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { KubeError } from "../errors.ts";
import type { UserEntry } from "./kubeconfig-entries.ts";
import type { Secrets, SecretSource } from "./secrets.ts";

/**
 * OIDC, and the azure and gcp providers that kubectl dropped in 1.26, as the official client does them: an OIDC token is refreshed once it
 * has expired, in memory only (kubectl writes it back to the kubeconfig; the identity provider must therefore accept a refresh token twice).
 */
export function authProviderSource(user: UserEntry, provider: NonNullable<UserEntry["authProvider"]>): SecretSource {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    // Only the header is asked of it; where requests go and what is trusted is decided by our own connections.
    { name: "cluster", server: "https://cluster.invalid", skipTLSVerify: false },
    { name: user.name, authProvider: { name: provider.name, config: { ...provider.config } } },
  );
  let running: Promise<Secrets> | undefined;
  const ask = async (): Promise<Secrets> => {
    const options: Parameters<KubeConfig["applyToHTTPSOptions"]>[0] = { headers: {} };
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw new KubeError(
        "identity",
        `the auth-provider ${provider.name} of user ${user.name} in ${user.file} failed: ${cause instanceof Error ? cause.message : "unknown"}; log in anew`,
      );
    }
    const headers: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(options.headers ?? {}));
    const authorization = headers["Authorization"];
    if (typeof authorization !== "string") {
      throw new KubeError(
        "identity",
        `the auth-provider ${provider.name} of user ${user.name} in ${user.file} gives no token: it has expired and cannot be refreshed; log in anew`,
      );
    }
    return { authorization };
  };
  return {
    read: () => {
      running ??= ask().finally(() => {
        running = undefined;
      });
      return running;
    },
    renew: async () => false,
    [Symbol.dispose]: () => {},
  };
}
