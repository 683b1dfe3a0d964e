import { isKubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import { startReflector } from "../../client/reflector/reflector.ts";
import type { ObserveWatch } from "../../cluster/live/watch-observer.ts";
import { qualifiedName } from "../../kube/resource.ts";
import { formatTime } from "../../kube/time.ts";
import type { Clock, Instant, Millis } from "../../runtime/clock.ts";
import { DrydockError } from "../../runtime/errors.ts";
import { createLatch } from "../../runtime/latch.ts";
import { jittered, type Random } from "../../runtime/random.ts";
import { supervise } from "../../runtime/supervise.ts";
import type { CertificateMaker } from "./certificate-maker.ts";
import { loadCertificateMaker } from "./load-certificate-maker.ts";
import { type Certificates, rotate } from "./certificate-renewal.ts";
import { type Lifetimes, usualLifetimes } from "./certificate-rotation.ts";
import { readSecret, secretData, type Secret, secrets } from "./certificate-secret.ts";
import type { HealthCheck } from "./health-check.ts";
import type { Logger } from "./logger.ts";
import type { CertificateObserver } from "./observers.ts";

export interface CertificateOptions {
  readonly api: Pick<KubeApi, "get" | "list" | "watch" | "create" | "patch">;
  readonly namespace: string;
  /** Name of the Secret. It is made where it is missing, if that is allowed. */
  readonly secret: string;
  /** What the API server calls us (`serviceNames`). */
  readonly dnsNames: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly observer?: CertificateObserver;
  /** Told of the watch of the Secret. */
  readonly watchBegan?: ObserveWatch;
  readonly lifetimes?: Lifetimes;
  /** Default: loaded when the first certificate is made. */
  readonly maker?: CertificateMaker;
  readonly signal: AbortSignal;
}

export interface CertificateKeeper extends AsyncDisposable {
  readonly current: Certificates;
  /** Called with each pair or bundle that is new, in order. */
  onChange(listener: (certificates: Certificates) => void): Disposable;
  /** For /readyz: the certificate is valid. */
  readonly check: HealthCheck;
}

/** The names by which an API server calls a Service; it checks NAME.NAMESPACE.svc (apiserver, webhook.ClientManager). */
export function serviceNames(service: string, namespace: string): readonly string[] {
  return [`${service}.${namespace}.svc`, `${service}.${namespace}`, `${service}.${namespace}.svc.cluster.local`];
}

export type CertificateErrorCode = "secret-missing";

const firstPause: Millis = 1_000;
const longestPause: Millis = 60_000;

/**
 * Keeps an authority and a serving certificate in a Secret, renews them in time, and follows what other replicas do to them: each write carries
 * the version it was made from, so that of two replicas one writes and the other takes what it finds. Damage done to the Secret is mended.
 *
 * Resolves with the first certificate that can be served; tries until then, telling the log why.
 *
 * @throws the signal's reason
 */
export async function keepCertificates(options: CertificateOptions): Promise<CertificateKeeper> {
  const { clock, log, random, signal, observer } = options;
  const listeners = new Set<{ readonly tell: (certificates: Certificates) => void }>();
  const changed = createLatch();
  let current: Certificates | undefined;

  const take = (next: Certificates): void => {
    observer?.read("success");
    observer?.servedUntil(next.servingUntil);
    if (current?.serving.certificate === next.serving.certificate && current.bundle === next.bundle) return;
    log.info("certificates taken", { servingUntil: formatTime(next.servingUntil) });
    current = next;
    for (const { tell } of listeners) tell(next);
  };
  /** One look, and what it finds to be done. How long nothing is to be done if nothing changes. */
  const look = async (within: AbortSignal): Promise<Millis> => {
    const { certificates, until } = await settle(options, within);
    take(certificates);
    return until - clock.now();
  };
  const pass = async (pause: Millis, within: AbortSignal): Promise<{ readonly rest: Millis; readonly pause: Millis }> => {
    try {
      return { rest: Math.max(0, await look(within)), pause: firstPause };
    } catch (error) {
      if (within.aborted) throw error;
      observer?.read("failure");
      log.error("the webhook's certificates could not be looked after; trying again", {
        error,
        secret: `${options.namespace}/${options.secret}`,
      });
      return { rest: jittered(pause, 0.2, random), pause: Math.min(longestPause, pause * 2) };
    }
  };

  let pause = firstPause;
  for (;;) {
    const passed = await pass(pause, signal);
    pause = passed.pause;
    if (current !== undefined) break;
    await clock.sleep(passed.rest, signal);
  }
  const watch = options.watchBegan?.(qualifiedName(secrets));
  const reflector = startReflector<Secret, string>({
    api: options.api,
    resource: secrets,
    selection: { namespace: options.namespace, fieldSelector: `metadata.name=${options.secret}` },
    project: ({ metadata }) => metadata.resourceVersion,
    sink: { replace: () => changed.set(), apply: () => changed.set() },
    ...(watch === undefined ? {} : { onHeard: () => watch.heard() }),
    clock,
    random,
    signal,
  });
  const keep = async (within: AbortSignal): Promise<void> => {
    for (;;) {
      const passed = await pass(pause, within);
      pause = passed.pause;
      // A failed look waits its time, however often the Secret changes meanwhile.
      if (pause > firstPause) await clock.sleep(passed.rest, within);
      else await wakened(passed.rest, within);
    }
  };
  const wakened = async (rest: Millis, within: AbortSignal): Promise<void> => {
    within.throwIfAborted();
    using _ = clock.timer(rest, () => changed.set(), { background: true });
    const stop = (): void => changed.set();
    within.addEventListener("abort", stop, { once: true });
    await changed.wait();
    within.removeEventListener("abort", stop);
    within.throwIfAborted();
  };
  const task = supervise("certificates", keep, {
    parent: signal,
    onFailure: (error) => log.error("certificates are looked after no more", { error }),
  });
  const known = (): Certificates => current as Certificates;
  return {
    get current() {
      return known();
    },
    onChange: (tell) => {
      const listener = { tell };
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    check: {
      name: "certificate",
      look: () => (known().servingUntil > clock.now() ? undefined : `it expired at ${formatTime(known().servingUntil)}`),
    },
    [Symbol.asyncDispose]: async () => {
      watch?.ended();
      await Promise.all([task.stop(), reflector[Symbol.asyncDispose]()]);
    },
  };
}

/** Reads, renews what is due, writes; from the beginning where another replica wrote in between. */
async function settle(
  options: CertificateOptions,
  signal: AbortSignal,
): Promise<{ readonly certificates: Certificates; readonly until: Instant }> {
  const { api, namespace, secret: name, dnsNames, clock, random, log, lifetimes = usualLifetimes } = options;
  const call = { signal };
  const read = async (): Promise<Secret | undefined> => {
    try {
      return await api.get(secrets, { namespace, name }, call);
    } catch (error) {
      if (isKubeError(error, "not-found")) return undefined;
      throw error;
    }
  };
  const maker = (): Promise<CertificateMaker> => (options.maker === undefined ? loadCertificateMaker() : Promise.resolve(options.maker));
  for (;;) {
    const secret = await read();
    const stored = secret === undefined ? {} : readSecret(secret);
    const rotated = await clock.outside("certificates", () => rotate(stored, { dnsNames, lifetimes, now: clock.now(), random, maker }));
    const { certificates, until, done } = rotated;
    if (done.length === 0) return { certificates, until };
    const data = secretData(rotated.stored);
    try {
      if (secret === undefined) await api.create(secrets, { metadata: { name, namespace }, type: "Opaque", data }, { namespace }, call);
      else {
        const { resourceVersion } = secret.metadata;
        await api.patch(secrets, { namespace, name }, { kind: "merge", body: { metadata: { resourceVersion }, data } }, {}, call);
      }
      log.info("certificates renewed", { done });
      return { certificates, until };
    } catch (error) {
      if (secret === undefined && isKubeError(error, "forbidden")) throw mayNotBeMade(namespace, name, error);
      // Another replica was first: what it wrote is as good.
      if (!isKubeError(error, "conflict", "already-exists", "not-found")) throw error;
    }
  }
}

/** It is installed empty, so that no right to make Secrets is needed; somebody has deleted it since. */
function mayNotBeMade(namespace: string, name: string, cause: unknown): DrydockError<CertificateErrorCode> {
  const message = `the Secret ${namespace}/${name} is missing and may not be made by the operator: drydock install puts it back`;
  return new DrydockError("secret-missing", message, { cause, retryable: true });
}
