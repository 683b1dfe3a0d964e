import type { BlockerStatus } from "../../api/maintenance.ts";
import type { Json } from "../../kube/object.ts";
import type { ObjectEnd, ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import { documentVersion } from "../preview-document.ts";
import type { ObjectVerb } from "./objects-text.ts";

/** How a command that speaks through objects ended, for programs. */
export function objectsDocument(verb: ObjectVerb, outcome: ObjectsOutcome, exitCode: number): Json {
  return {
    apiVersion: documentVersion,
    kind: "MaintenanceResult",
    command: verb,
    exitCode,
    result: outcome.kind,
    items: outcome.kind === "followed" ? outcome.ends.map(item) : [],
    inTheWay: reasonsOf(outcome),
  };
}

function item({ node, name, end, object, message }: ObjectEnd): Json {
  const status = object?.status;
  return {
    node,
    maintenance: name ?? null,
    uid: object?.metadata.uid ?? null,
    end,
    phase: status?.phase ?? null,
    message: message ?? status?.message ?? "",
    blockers: (status?.blockers ?? []).map(blockerItem),
  };
}

function blockerItem({ code, object, message, endsBy, hint, consents }: BlockerStatus): Json {
  return { code, object, message, endsBy, hint: hint ?? "", consents: consents ?? [] };
}

/** Why nothing was written, by what it is about. */
function reasonsOf(outcome: ObjectsOutcome): Json {
  switch (outcome.kind) {
    case "in-maintenance":
      return outcome.nodes.map(({ node, name }) => ({ target: node, message: `in maintenance already: maintenance/${name}` }));
    case "not-in-maintenance":
      return outcome.targets.map((target) => ({ target, message: "no maintenance is under way" }));
    case "nothing-to-approve":
      return outcome.targets.map((target) => ({ target, message: "waits for no consent" }));
    case "not-accepted":
      return outcome.targets.map(({ target, message }) => ({ target, message }));
    case "no-such-node":
      return outcome.names.map((target) => ({ target, message: "not found" }));
    case "no-node-selected":
      return [{ target: outcome.selector, message: "no node matches" }];
    case "denied":
      return outcome.missing.map(({ verb, resource }) => ({ target: `${verb} ${resource}`, message: "not permitted" }));
    case "stopped-before":
      return [{ target: "", message: outcome.why }];
    case "followed":
      return [];
  }
}
