import type { Clock } from "../../runtime/clock.ts";
import { AgedFile } from "./aged-file.ts";

/** What proves who we are. Never logged, never part of an error. */
export interface Secrets {
  readonly authorization?: string;
  /** PEM. */
  readonly cert?: string;
  readonly key?: string;
}

export interface SecretSource extends Disposable {
  /** What counts now. Cheap to call for each request. Throws `KubeError` "identity". */
  read(signal: AbortSignal): Promise<Secrets>;
  /** After a 401 to `stale`: whether there is something else to show. */
  renew(stale: Secrets, signal: AbortSignal): Promise<boolean>;
}

export function fixedSecrets(secrets: Secrets): SecretSource {
  return { read: async () => secrets, renew: async () => false, [Symbol.dispose]: () => {} };
}

export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** A bearer token in a file that someone else renews, such as a service account's. */
export function fileToken(path: string, what: string, clock: Clock): SecretSource {
  const file = new AgedFile(path, what, clock);
  const read = async (): Promise<Secrets> => ({ authorization: `Bearer ${(await file.read()).trim()}` });
  return {
    read,
    renew: async (stale) => {
      file.expire();
      return (await read()).authorization !== stale.authorization;
    },
    [Symbol.dispose]: () => {},
  };
}

/** A client certificate with its key, each from a file that may be rotated, or given as text. */
export function certificate(cert: AgedFile | string, key: AgedFile | string): SecretSource {
  const content = async (part: AgedFile | string): Promise<string> => (typeof part === "string" ? part : part.read());
  const read = async (): Promise<Secrets> => ({ cert: await content(cert), key: await content(key) });
  return {
    read,
    renew: async (stale) => {
      for (const part of [cert, key]) if (typeof part !== "string") part.expire();
      return (await read()).cert !== stale.cert;
    },
    [Symbol.dispose]: () => {},
  };
}

/** Several at once: a server may want a certificate and a token. Later sources win where two speak of the same. */
export function together(sources: readonly SecretSource[]): SecretSource {
  return {
    read: async (signal) => Object.assign({}, ...(await Promise.all(sources.map((source) => source.read(signal))))) as Secrets,
    renew: async (stale, signal) => (await Promise.all(sources.map((source) => source.renew(stale, signal)))).includes(true),
    [Symbol.dispose]: () => {
      for (const source of sources) source[Symbol.dispose]();
    },
  };
}
