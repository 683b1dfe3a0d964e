import { type Holder, holderName } from "../cluster/view/holder.ts";

/** Who holds a node, for programs: a command by its user and host, an object by its name and uid. */
export function holderDocument(holder: Holder) {
  const { kind, since, evictingSince } = holder;
  const isCommand = kind === "command";
  return {
    kind,
    holder: holderName(holder),
    user: isCommand ? holder.user : null,
    host: isCommand ? holder.host : null,
    uid: isCommand ? null : holder.uid,
    since,
    evictingSince: evictingSince ?? null,
  };
}
