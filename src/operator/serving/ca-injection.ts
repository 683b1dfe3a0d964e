import { isKubeError } from "../../client/errors.ts";
import type { KubeApi } from "../../client/kube-api.ts";
import { startReflector } from "../../client/reflector/reflector.ts";
import { createStore } from "../../client/store.ts";
import type { ObserveWatch } from "../../cluster/live/watch-observer.ts";
import type { JsonPatchOperation } from "../../kube/patch.ts";
import type { KubeObject } from "../../kube/object.ts";
import { qualifiedName, type Resource } from "../../kube/resource.ts";
import type { Clock, Millis } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import { supervise } from "../../runtime/supervise.ts";
import { createLatch } from "../../runtime/latch.ts";
import type { Logger } from "./logger.ts";

/** What of a ValidatingWebhookConfiguration is read. */
export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig: { readonly caBundle?: string } }[];
}

export const webhookConfigurations: Resource<WebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "validatingwebhookconfigurations",
  kind: "ValidatingWebhookConfiguration",
  namespaced: false,
};

export interface InjectionOptions {
  readonly api: Pick<KubeApi, "list" | "watch" | "patch">;
  /** Names of our configurations: every webhook in them is called by our certificate. */
  readonly configurations: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Told of the watch of each configuration. */
  readonly watchBegan?: ObserveWatch;
  readonly signal: AbortSignal;
}

export interface CaInjection extends AsyncDisposable {
  /** From now on this bundle (PEM) stands in every `clientConfig.caBundle`. */
  use(bundle: string): void;
}

/** Between two writes to one configuration, where somebody else keeps writing something else: the first comes at once. */
const pauses: readonly Millis[] = [0, 1_000, 5_000, 15_000, 60_000];
/** After so long without a correction they count anew. */
const calm: Millis = 600_000;

/**
 * Keeps the authorities in the webhooks' configurations, also where somebody removes them (applying the manifests again does). A configuration
 * that is not there is waited for. Every replica does this: what they write is the same.
 */
export function injectAuthorities(options: InjectionOptions, first: string): CaInjection {
  const { configurations, log, signal } = options;
  const changed = new Set<() => void>();
  let bundle = first;
  const keepers = configurations.map((name) => {
    const latch = createLatch();
    changed.add(() => latch.set());
    return supervise(`caBundle of ${name}`, (within) => keep(options, name, latch, () => bundle, within), {
      parent: signal,
      onFailure: (error) => log.error("the webhook's authorities are looked after no more", { configuration: name, error }),
    });
  });
  return {
    use: (next) => {
      bundle = next;
      for (const tell of changed) tell();
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(keepers.map((keeper) => keeper.stop()));
    },
  };
}

async function keep(
  { api, clock, random, log, watchBegan }: InjectionOptions,
  name: string,
  latch: { set(): void; wait(): Promise<void> },
  bundle: () => string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const store = createStore<WebhookConfiguration>({});
  using owned = new DisposableStack();
  owned.use(store.onChange(() => latch.set()));
  const watch = watchBegan?.(qualifiedName(webhookConfigurations));
  owned.defer(() => watch?.ended());
  await using _ = startReflector({
    api,
    resource: webhookConfigurations,
    selection: { fieldSelector: `metadata.name=${name}` },
    project: (configuration) => configuration,
    sink: store,
    ...(watch === undefined ? {} : { onHeard: () => watch.heard() }),
    clock,
    random,
    signal,
  });
  signal.addEventListener("abort", () => latch.set(), { once: true });
  let [corrections, corrected] = [0, Number.NEGATIVE_INFINITY];
  for (;;) {
    await latch.wait();
    signal.throwIfAborted();
    if (store.byName(undefined, name) === undefined) continue;
    if (clock.monotonic() - corrected > calm) corrections = 0;
    const pause = pauses[Math.min(corrections, pauses.length - 1)] ?? 0;
    const wrong = (): readonly JsonPatchOperation[] => correction(store.byName(undefined, name)?.value, bundle());
    if (wrong().length === 0) continue;
    const rest = corrected + pause - clock.monotonic();
    if (rest > 0) await clock.sleep(rest, signal);
    const operations = wrong();
    if (operations.length === 0) continue;
    [corrections, corrected] = [corrections + 1, clock.monotonic()];
    try {
      await api.patch(webhookConfigurations, { name }, { kind: "json", operations }, {}, { signal });
      const again = corrections > 1 ? "; somebody else keeps changing it: see its managedFields" : "";
      log.info(`the webhook's authorities were written${again}`, { configuration: name, corrections });
    } catch (error) {
      if (signal.aborted) throw error;
      // It was changed or deleted meanwhile: the watch tells what it is now.
      const isRace = isKubeError(error, "conflict", "invalid", "not-found");
      log[isRace ? "debug" : "warn"]("the webhook's authorities could not be written; trying again", { configuration: name, error });
      latch.set();
    }
  }
}

/** What makes every webhook of the configuration trust the bundle; nothing where all do. It fails where they have been changed meanwhile. */
export function correction(configuration: WebhookConfiguration | undefined, bundle: string): readonly JsonPatchOperation[] {
  const value = Buffer.from(bundle, "utf8").toString("base64");
  return (configuration?.webhooks ?? []).flatMap(({ name, clientConfig }, n): readonly JsonPatchOperation[] => {
    if (clientConfig.caBundle === value) return [];
    const path = `/webhooks/${n}`;
    return [
      { op: "test", path: `${path}/name`, value: name },
      { op: "add", path: `${path}/clientConfig/caBundle`, value },
    ];
  });
}
