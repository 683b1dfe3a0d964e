import type { Pod } from "../../kube/pod.ts";
import type { Millis } from "../../runtime/clock.ts";
import { parseDuration } from "./durations.ts";

/** Annotations by which a pod tells the simulated kubelet what its life is like, with durations such as "2s" or "1500ms". */
export const podScript = {
  /** From its binding until it is Ready. It runs, unready, for the second half of it. */
  ready: "sim.drydock.dev/ready",
  /** From its deletion until it is gone, at most its grace period; "hang": never. */
  gone: "sim.drydock.dev/gone",
  /** From its binding until it has succeeded; it is never Ready. */
  finish: "sim.drydock.dev/finish",
  /** From its binding until it has failed. */
  fail: "sim.drydock.dev/fail",
  /** It runs and is never Ready, as long as this is there. */
  unready: "sim.drydock.dev/unready",
} as const;

/** The same text for the same script: told by it, a kubelet notices that someone rewrote a pod's life. */
export function scriptOf({ metadata }: Pod): string {
  return JSON.stringify(Object.values(podScript).map((key) => metadata.annotations?.[key]));
}

export interface PodLife {
  readonly ready: Millis;
  readonly gone: Millis | "hang";
  readonly end?: { readonly after: Millis; readonly phase: "Succeeded" | "Failed" };
  readonly staysUnready: boolean;
}

/** A small container of an image that is there, ending on SIGTERM. */
const usual = { ready: 1_000, gone: 1_000 };

export function lifeOf({ metadata }: Pod): PodLife {
  const read = (key: string): string | undefined => metadata.annotations?.[key];
  const [ready, gone, finish, fail] = [read(podScript.ready), read(podScript.gone), read(podScript.finish), read(podScript.fail)];
  const end = endOf("Succeeded", finish) ?? endOf("Failed", fail);
  return {
    ready: ready === undefined ? usual.ready : parseDuration(ready),
    gone: gone === undefined ? usual.gone : gone === "hang" ? gone : parseDuration(gone),
    ...(end === undefined ? {} : { end }),
    staysUnready: read(podScript.unready) !== undefined,
  };
}

function endOf(phase: "Succeeded" | "Failed", after: string | undefined): PodLife["end"] {
  return after === undefined ? undefined : { after: parseDuration(after), phase };
}
