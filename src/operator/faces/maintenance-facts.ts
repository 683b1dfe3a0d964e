import { effectiveSpec } from "../../api/defaults.ts";
import { type Hook, type Maintenance, maintenanceFinalizer, openHooks } from "../../api/maintenance.ts";
import { parseGoDuration } from "../../kube/go-duration.ts";
import { parseTime } from "../../kube/time.ts";
import type { ObjectFacts } from "../../maintenance/lifecycle/facts.ts";
import type { Millis } from "../../runtime/clock.ts";

/** What a Maintenance asks for, as the lifecycle reads it. */
export function maintenanceFacts({ metadata, spec }: Maintenance): ObjectFacts {
  const wanted = effectiveSpec(spec);
  const hooksAt = (hook: Hook): ReturnType<typeof openHooks> => openHooks(metadata.annotations, hook);
  return {
    face: "drydock",
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    nodeName: wanted.nodeName,
    createdAt: parseTime(metadata.creationTimestamp) ?? 0,
    deletedAt: parseTime(metadata.deletionTimestamp),
    isFinalizerOurs: metadata.finalizers?.includes(maintenanceFinalizer) ?? false,
    hooks: {
      beforeDrain: hooksAt("beforeDrain"),
      afterDrain: hooksAt("afterDrain"),
      beforeReturn: hooksAt("beforeReturn"),
      afterReturn: hooksAt("afterReturn"),
    },
    desired: wanted.desired,
    paused: wanted.paused,
    cancelled: wanted.cancelled,
    retryRequest: parseTime(wanted.retryRequest),
    cordonOnly: wanted.drain.mode === "CordonOnly",
    powerOff: wanted.powerOff,
    holdUntilReleased: wanted.holdUntilReleased,
    onDelete: spec.onDelete,
    timeout: durationOf(wanted.timeout),
    checksTimeout: durationOf(wanted.checks.timeout),
    ttlAfterFinished: durationOf(wanted.ttlAfterFinished),
    keepFromAutoscalers: wanted.keepFromAutoscalers,
  };
}

/** The schema lets nothing else in than a duration. */
function durationOf(text: string | undefined): Millis | undefined {
  const read = text === undefined ? undefined : parseGoDuration(text);
  return read?.ok === true ? read.millis : undefined;
}
