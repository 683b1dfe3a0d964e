import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import { dim, type Line, plain, warn } from "../line.ts";

/** Of an identity, what tells a person which process it is: the pod or machine, without what makes it unlike every other. */
const unique = /_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who does it: said once, before anything is. `follows`: this command stays until it is done. */
export function presenceLine(presence: OperatorPresence, verb: "maintain" | "return", follows: boolean): Line {
  switch (presence.kind) {
    case "works": {
      const by = `${presence.namespace}/drydock-operator is held by ${presence.leader.replace(unique, "")}`;
      return [dim(`the operator carries it out (${by})${follows ? "; this command follows" : ""}`)];
    }
    case "unproven":
      return [
        warn("Warning"),
        plain(`: whether the operator works may not be read (${presence.message}); the object is made for it all the same`),
      ];
    case "absent":
      return [dim(`${noOperator(presence)}: ${here[verb]}`)];
  }
}

const here = {
  maintain: "the work is done here, in the foreground, and its record is kept on the node",
  return: "the checks are made here, and what is put back is what the record on the node says",
} as const;

export function noOperator({ why }: Extract<OperatorPresence, { kind: "absent" }>): string {
  return why === "no-kinds" ? "no operator is installed" : "no operator leads (Lease drydock-operator)";
}
