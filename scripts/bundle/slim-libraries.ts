import type { Plugin } from "esbuild";

/**
 * Where undici keeps what we use of it. Its index loads fetch, WebSocket, caches and mocks as well: a third of the time it takes to start.
 * A name that is missing here fails the build; so does a file that a newer undici has moved.
 */
const undici: Readonly<Record<string, string>> = {
  Agent: "lib/dispatcher/agent.js",
  Client: "lib/dispatcher/client.js",
  Pool: "lib/dispatcher/pool.js",
  ProxyAgent: "lib/dispatcher/proxy-agent.js",
  buildConnector: "lib/core/connect.js",
  errors: "lib/core/errors.js",
};

/** The index is also what gives every dispatcher its `request`. */
const slimUndici = `
import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
import * as api from "undici/lib/api/index.js";
Object.assign(Dispatcher.prototype, api.default);
${Object.entries(undici)
  .map(([name, file]) => `export { default as ${name} } from "undici/${file}";`)
  .join("\n")}
`;

/**
 * The official client's `KubeConfig` serves us for identity only. It names these two of the generated client, in `makeApiClient` alone,
 * which needs about a thousand generated files; we never call it.
 */
const generatedClient = `
const absent = () => { throw new Error("the generated Kubernetes client is not part of this bundle"); };
export const createConfiguration = absent;
export class ServerConfiguration { constructor() { absent(); } }
`;

/** Nor do we hand it a proxy: our own connections go through it. */
const proxies: Readonly<Record<string, readonly string[]>> = {
  hpagent: ["HttpProxyAgent", "HttpsProxyAgent"],
  socks: ["SocksClient"],
  "socks-proxy-agent": ["SocksProxyAgent"],
};

/** The authenticators that bring libraries with them, for users with an `auth-provider` alone: loaded when one is found. */
const authenticators = [
  ["azure_auth.js", "AzureAuth", "azure"],
  ["gcp_auth.js", "GoogleCloudPlatformAuth", "gcp"],
  ["oidc_auth.js", "OpenIDConnectAuth", "oidc"],
] as const;

const whenFound = (file: string, name: string, provider: string): string => `
export class ${name} {
  isAuthProvider(user) { return user.authProvider?.name === ${JSON.stringify(provider)}; }
  async applyAuthentication(user, options) {
    this.loaded ??= import("@kubernetes/client-node/dist/${file}").then((module) => new module.${name}());
    await (await this.loaded).applyAuthentication(user, options);
  }
}
`;

/** It is given what we have read and mended, as JSON: reading that as YAML once more takes longer than reading the file did. */
const jsonOnly = "export const load = JSON.parse;";

const contents: Readonly<Record<string, string>> = {
  undici: slimUndici,
  "js-yaml": jsonOnly,
  "./gen/index.js": generatedClient,
  ...Object.fromEntries(authenticators.map(([file, name, provider]) => [`./${file}`, whenFound(file, name, provider)])),
  ...Object.fromEntries(
    Object.entries(proxies).map(([library, names]) => [library, names.map((name) => `export class ${name} {}`).join("\n")]),
  ),
};

/** Leaves out of the bundle the parts of libraries that Drydock never runs, and puts off those that few runs need. */
export const slimLibraries: Plugin = {
  name: "slim-libraries",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "slim" }));
    // An `import` of a module of Node asks for every name it exports, and many of those are getters that load more: WebSocket of node:http
    // brings Node's own copy of undici, 20 ms at every start. `require` asks for what is used.
    bundler.onResolve({ filter: /^node:/ }, ({ path, kind }) => (kind === "import-statement" ? { path, namespace: "node" } : undefined));
    bundler.onLoad({ filter: /./, namespace: "node" }, ({ path }) => ({ contents: `module.exports = require("${path}");`, loader: "js" }));
    bundler.onResolve({ filter: /./ }, ({ path, importer }) => {
      const official = importer.endsWith("@kubernetes/client-node/dist/config.js");
      return official && path in contents ? { path, namespace: "slim", sideEffects: false } : undefined;
    });
    bundler.onLoad({ filter: /.*/, namespace: "slim" }, ({ path }) => {
      return { contents: contents[path] ?? "", loader: "js", resolveDir: import.meta.dirname };
    });
  },
};
