import type { KubeError } from "../../client/errors.ts";
import type { Written } from "../../client/kube-api.ts";
import type { AdmissionOperation, AdmissionRequest, AdmissionResponse } from "../../kube/admission-review.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Millis } from "../../runtime/clock.ts";
import { within } from "../latency.ts";
import { isSame } from "../store/store.ts";
import type { World } from "../world.ts";
import type { Draft } from "./draft.ts";
import { conflict, modified, refusal } from "./refusal.ts";
import type { Requester } from "./requester.ts";

/** A validating webhook in process: what a ValidatingWebhookConfiguration says of one, and the function behind its URL. */
export interface AdmissionWebhook {
  /** "vnodemaintenance.kb.io": refusals name it. */
  readonly name: string;
  /** Of which objects; writes to subresources are not asked about. */
  readonly resource: Resource;
  readonly operations: readonly AdmissionOperation[];
  /** As `matchConditions`: it is asked only where this holds. */
  readonly matches?: (request: AdmissionRequest) => boolean;
  /** What becomes of a write where `decide` throws or takes too long. Default Fail. */
  readonly failurePolicy?: "Fail" | "Ignore";
  /** Default 10. */
  readonly timeoutSeconds?: number;
  /** `signal` aborts when the time is up. */
  decide(request: AdmissionRequest, signal: AbortSignal): Promise<AdmissionResponse>;
}

/** A patch is made anew so often where the object changed while webhooks were asked (MaxRetryWhenPatchConflicts). */
const attempts = 5;

/**
 * Makes a write, after all webhooks that are about it had their say, one after another (a real API server asks them at once; the answer is
 * the same). At once where there are none.
 *
 * @throws KubeError as the draft does; what a webhook's answer says, 400 where it has no code; 500 where one fails; 409
 */
export function performed(
  world: World,
  webhooks: readonly AdmissionWebhook[],
  draft: () => Draft,
  by: Requester,
): Written<KubeObject> | Promise<Written<KubeObject>> {
  const first = draft();
  const asked = webhooksFor(webhooks, first);
  return asked.length === 0 ? written(first, []) : reviewed(world, asked, first, draft, by);
}

async function reviewed(
  world: World,
  webhooks: readonly AdmissionWebhook[],
  first: Draft,
  draft: () => Draft,
  by: Requester,
): Promise<Written<KubeObject>> {
  for (let attempt = 1, present = first; ; attempt += 1, present = draft()) {
    const request = requestOf(world, present, by);
    const warnings: string[] = [];
    for (const webhook of webhooks) {
      if (webhook.matches?.(request) !== false) warnings.push(...(await asked(world, webhook, request)));
    }
    if (!present.isStale()) return written(present, warnings);
    if (attempt === attempts) throw conflict(present.kind.resource, present.at.name, modified);
  }
}

function webhooksFor(webhooks: readonly AdmissionWebhook[], { kind, operation, subresource }: Draft): readonly AdmissionWebhook[] {
  if (subresource !== undefined) return [];
  return webhooks.filter(({ resource, operations }) => isSame(resource, kind.resource) && operations.includes(operation));
}

function written(draft: Draft, warnings: readonly string[]): Written<KubeObject> {
  return { object: draft.commit(), warnings: [...draft.warnings, ...warnings] };
}

function requestOf({ random }: World, draft: Draft, by: Requester): AdmissionRequest {
  const { group, version, kind, plural } = draft.kind.resource;
  const { name, namespace } = draft.at;
  return {
    uid: random.uuid(),
    kind: { group, version, kind },
    resource: { group, version, resource: plural },
    name,
    ...(namespace === undefined ? {} : { namespace }),
    operation: draft.operation,
    userInfo: { username: by.name, groups: ["system:authenticated"] },
    object: draft.after ?? null,
    oldObject: draft.before ?? null,
    dryRun: draft.dryRun,
  };
}

/** Its warnings. */
async function asked(world: World, webhook: AdmissionWebhook, request: AdmissionRequest): Promise<readonly string[]> {
  const answer = await answerOf(world, webhook, request);
  if ("failure" in answer) {
    if (webhook.failurePolicy === "Ignore") return [];
    throw uncallable(webhook.name, answer.failure);
  }
  if (!answer.allowed) throw denied(webhook.name, answer);
  return answer.warnings ?? [];
}

async function answerOf(
  { life, latencies, random }: World,
  { decide, timeoutSeconds = 10 }: AdmissionWebhook,
  request: AdmissionRequest,
): Promise<AdmissionResponse | { readonly failure: string }> {
  await life.pause(within(latencies.read, random));
  const stop = new AbortController();
  const decided = decide(request, stop.signal).then(
    (response) => (response.uid === request.uid ? response : { failure: `expected response.uid=${JSON.stringify(request.uid)}` }),
    (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
  );
  const limit: Millis = timeoutSeconds * 1000;
  return await new Promise((resolve) => {
    const timer = life.timer(limit, () => {
      resolve({ failure: "context deadline exceeded" });
      stop.abort(new Error("context deadline exceeded"));
    });
    void decided.then((answer) => {
      timer[Symbol.dispose]();
      resolve(answer);
    });
  });
}

/** As the API server wraps an answer (admission/plugin/webhook/errors, ToStatusErr). */
function denied(name: string, { status = {} }: AdmissionResponse): KubeError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = [status.message, status.reason].find((text) => text !== undefined && text !== "");
  const code = Math.max(400, status.code ?? 0);
  return refusal({
    ...status,
    kind: "Status",
    status: "Failure",
    code,
    message: why === undefined ? `${by} without explanation` : `${by}: ${why}`,
  });
}

function uncallable(name: string, why: string): KubeError {
  const message = `failed calling webhook ${JSON.stringify(name)}: failed to call webhook: ${why}`;
  return refusal({
    kind: "Status",
    status: "Failure",
    message: `Internal error occurred: ${message}`,
    reason: "InternalError",
    details: { causes: [{ message }] },
    code: 500,
  });
}
