import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../../runtime/clock.ts";
import { seededRandom } from "../../../runtime/random.ts";
import { realClock } from "../../../runtime/real-clock.ts";
import { connect } from "../connect.ts";
import type { HttpKubeApi } from "../http-kube-api.ts";
import { identify, type IdentityFlags } from "../identity.ts";
import { certificates } from "./certificates.ts";
import type { LoopbackServer } from "./loopback-server.ts";

/** A folder of the test's own. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  write(name: string, content: string, mode?: number): Promise<string>;
}

export async function temporaryFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "drydock-http-"));
  return {
    path,
    write: async (name, content, mode = 0o600) => {
      await writeFile(join(path, name), content, { mode });
      return join(path, name);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A kubeconfig with one cluster, one user and one context, as JSON (which is YAML). */
export function kubeconfigFor(server: string, user: object = { token: "s3cret" }, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "loopback",
        cluster: { server, "certificate-authority-data": Buffer.from(certificates().ca).toString("base64"), ...cluster },
      },
    ],
    users: [{ name: "tester", user }],
    contexts: [{ name: "test", context: { cluster: "loopback", user: "tester", namespace: "shop" } }],
    "current-context": "test",
  });
}

export const noSurroundings = { env: { PATH: process.env["PATH"] }, home: undefined, serviceAccount: "/nonexistent", terminal: false };

export interface ConnectTo {
  readonly user?: object;
  readonly cluster?: object;
  readonly flags?: IdentityFlags;
  readonly clock?: Clock;
  readonly requestTimeout?: number;
}

/** A `KubeApi` on a loopback server, by way of a kubeconfig file as a person would have it. */
export async function connectTo(server: Pick<LoopbackServer, "url">, options: ConnectTo = {}): Promise<HttpKubeApi> {
  await using folder = await temporaryFolder();
  const clock = options.clock ?? realClock;
  const kubeconfig = await folder.write("config", kubeconfigFor(server.url, options.user, options.cluster));
  const identity = await identify({ kubeconfig, ...options.flags }, noSurroundings, clock);
  return await connect({
    identity,
    clock,
    random: seededRandom("http"),
    userAgent: "drydock/0.1.0 (test)",
    ...(options.requestTimeout === undefined ? {} : { requestTimeout: options.requestTimeout }),
  });
}

/** The real clock, but pauses take no time and are written down. */
export function impatientClock(): { readonly clock: Clock; readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  const sleep = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  return { clock: { ...realClock, sleep }, pauses };
}

/** The real clock, set forward at will. */
export function movableClock(): { readonly clock: Clock; forward(ms: number): void } {
  let ahead = 0;
  return {
    clock: { ...realClock, now: () => realClock.now() + ahead, monotonic: () => realClock.monotonic() + ahead },
    forward: (ms) => {
      ahead += ms;
    },
  };
}

export async function all<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of sequence) items.push(item);
  return items;
}
