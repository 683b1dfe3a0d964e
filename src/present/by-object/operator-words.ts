import type { OperatorPresence } from "../../maintenance/by-object/operator-presence.ts";
import { dim, type Line, plain, warn } from "../line.ts";

/** Who does it: said once, before anything is. */
export function presenceLine(presence: OperatorPresence): Line {
  switch (presence.kind) {
    case "works":
      return [
        dim(`the operator carries it out (${presence.namespace}/drydock-operator is held by ${presence.leader}); this command follows`),
      ];
    case "unproven":
      return [
        warn("Warning"),
        plain(`: whether the operator works may not be read (${presence.message}); the object is made for it all the same`),
      ];
    case "absent":
      return [dim(`${noOperator(presence)}: the work is done here, in the foreground, and its record is kept on the node`)];
  }
}

export function noOperator({ why }: Extract<OperatorPresence, { kind: "absent" }>): string {
  return why === "no-kinds" ? "no operator is installed" : "no operator leads (Lease drydock-operator)";
}
