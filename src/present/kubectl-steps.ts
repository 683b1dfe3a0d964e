import type { ObjectRef } from "../kube/object.ts";
import type { PlanRequest } from "../plan/request.ts";
import type { Action, Stage } from "../plan/step.ts";
import type { Json } from "../kube/object.ts";
import { shellLine, shellWord } from "./shell-word.ts";

/** A line that does by hand what a step does, and what is missing from it. */
export interface KubectlCommand {
  /** To be pasted into a POSIX shell. */
  readonly command: string;
  /** "" where it does all that the step does. */
  readonly note: string;
}

/** Says in kubectl's words what a step does; asked for with `--show-kubectl`. */
export type KubectlGuide = (step: GuidedStep) => readonly KubectlCommand[];

/** What of a step its line depends on. */
export interface GuidedStep {
  readonly node: string;
  readonly stage: Stage;
  readonly subject: ObjectRef;
  readonly action: Action;
}

const noRecord = "writes down neither who nor why";
/** https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
const noCommand = "kubectl has no command that evicts one pod; while a budget allows none the server answers 429: send it again";
const ownTaint = { key: "runai", value: "drain", effect: "NoExecute" };

/** @param program how the one who reads calls kubectl: "kubectl", "oc" */
export function kubectlGuide(program: string, request: Pick<PlanRequest, "mode" | "taint" | "grace">): KubectlGuide {
  const line = (...words: readonly string[]): string => shellLine([program, ...words]);
  const only = (command: string, note = ""): readonly KubectlCommand[] => [{ command, note }];
  const seconds = request.grace === undefined ? undefined : Math.ceil(request.grace / 1000);
  return ({ node, stage, subject, action }) => {
    const { namespace = "", name, uid } = subject;
    switch (action) {
      case "change": {
        if (stage === "cordon" && request.mode !== "Taint") return only(line("cordon", node), noRecord);
        if (request.mode !== "Taint" && request.mode !== "EvictThenTaint") return [];
        const { key, value, effect } = request.taint ?? ownTaint;
        return only(line("taint", "nodes", node, `${key}${value === undefined ? "" : `=${value}`}:${effect}`), noRecord);
      }
      case "evict":
        return only(eviction(program, namespace, name, uid, seconds), noCommand);
      case "delete": {
        if (request.mode === "Taint") return [];
        const grace = seconds === undefined ? [] : [`--grace-period=${seconds}`, ...(seconds === 0 ? ["--force"] : [])];
        return only(
          line("-n", namespace, "delete", "pod", name, "--wait=false", ...grace),
          "past its budgets; deletes whichever pod has this name by then",
        );
      }
      case "wait":
        return only(
          line("-n", namespace, "wait", "--for=delete", `pod/${name}`, "--timeout=-1s"),
          "waits for the object, not for proof that its containers have ended",
        );
      case "prove":
        if (stage === "detach")
          return only(
            line("get", "volumeattachments"),
            `to be read by eye: none with ATTACHED true may be left of node ${node}, but for those of pods that stay`,
          );
        return only(
          line("get", "pods", "--all-namespaces", `--field-selector=spec.nodeName=${node}`),
          "to be read by eye; repeat it after 5 s for late arrivals",
        );
      case "migrate":
      case "stay":
      case "ask":
        return [];
    }
  };
}

/** policy/v1 Eviction, with the uid as a precondition: another pod of the name is not meant. */
function eviction(program: string, namespace: string, name: string, uid: string | undefined, grace: number | undefined): string {
  const options = {
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(uid === undefined ? {} : { preconditions: { uid } }),
  };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { namespace, name }, deleteOptions: options };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  return `echo ${shellWord(JSON.stringify(body))} | ${shellLine([program, "create", "--raw", path, "-f", "-"])}`;
}

/** The way back of a node that was taken out like this. */
export function kubectlWayBack(program: string, node: string, { mode, taint = ownTaint }: Pick<PlanRequest, "mode" | "taint">): string {
  return mode === "Taint"
    ? shellLine([program, "taint", "nodes", node, `${taint.key}:${taint.effect}-`])
    : shellLine([program, "uncordon", node]);
}

export function kubectlDocument(commands: readonly KubectlCommand[]): Json {
  return commands.map(({ command, note }) => ({ command, note }));
}
