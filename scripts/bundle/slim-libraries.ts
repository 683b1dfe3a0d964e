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

/** Leaves out of the bundle the parts of libraries that Drydock never runs. */
export const slimLibraries: Plugin = {
  name: "slim-libraries",
  setup: (bundler) => {
    bundler.onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "slim" }));
    bundler.onResolve({ filter: /^\.\/gen\/index\.js$/ }, ({ importer }) =>
      importer.includes("@kubernetes/client-node/dist/") ? { path: "generated-client", namespace: "slim", sideEffects: false } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: "slim" }, ({ path }) => {
      return { contents: path === "undici" ? slimUndici : generatedClient, loader: "js", resolveDir: import.meta.dirname };
    });
  },
};
