/** One that wants the node out; the last to leave brings it back. */
export type Holder = CommandHolder | ObjectHolder;

interface HolderNotes {
  /** RFC 3339, by the clock of the machine that wrote it. */
  readonly since: string;
  /** RFC 3339: when this holder began to evict, if it did. Who looks later knows that pods may have gone unseen. */
  readonly evictingSince?: string;
  /** RFC 3339: when its drain had proven that all it had to move had ended. Nothing of what it evicted has gone unseen, then. */
  readonly provenAt?: string;
  /** By when what is left on the node is deleted: RFC 3339 by the server's clock, and how long after the first eviction that was meant to be. */
  readonly deadline?: HolderDeadline;
  /** What went by force, one entry for each way and run. Of objects their status tells. */
  readonly forced?: readonly ForcedNote[];
  /** The taints of ours that this holder wants: "runai=drain:NoExecute". */
  readonly taints?: readonly string[];
  /** The labels and annotations of ours that this holder wants, as they stand in `added`. */
  readonly marks?: readonly string[];
  /** RFC 3339: when what somebody had taken away of it was lately put back. */
  readonly reasserted?: readonly string[];
}

/** A person's command. One user is one holder. */
export interface CommandHolder extends HolderNotes {
  readonly kind: "command";
  readonly user: string;
  readonly host: string;
}

/** An object. One object, by its uid, is one holder. */
export interface ObjectHolder extends HolderNotes {
  readonly kind: "Maintenance" | "NodeMaintenance";
  readonly name: string;
  readonly uid: string;
}

/** Kinds of objects that hold nodes. */
export type HolderKind = ObjectHolder["kind"];

/** So many pods of one run of a command went by a consent, ahead of a deadline, or because of a taint. */
export interface ForcedNote {
  /** RFC 3339: when that run began. */
  readonly since: string;
  readonly by: string;
  readonly count: number;
}

export interface HolderDeadline {
  readonly at: string;
  readonly seconds: number;
}

export function isSameHolder(a: Holder, b: Holder): boolean {
  if (a.kind === "command") return b.kind === "command" && a.user === b.user;
  return b.kind === a.kind && a.uid === b.uid;
}

/** In a word: the user, or the object as kubectl names it: "jane", "maintenance/rack-7". */
export function holderName(holder: Holder): string {
  return holder.kind === "command" ? holder.user : `${holder.kind.toLowerCase()}/${holder.name}`;
}

/** With where the command was called: "jane on laptop", "maintenance/rack-7". */
export function holderTitle(holder: Holder): string {
  return holder.kind === "command" ? `${holder.user} on ${holder.host}` : holderName(holder);
}

export function isHolder(value: unknown): value is Holder {
  if (typeof value !== "object" || value === null) return false;
  const { kind, user, host, name, uid, since, taints, marks, reasserted, forced } = value as Readonly<Record<string, unknown>>;
  const isNamed =
    kind === "command"
      ? typeof user === "string" && typeof host === "string"
      : (kind === "Maintenance" || kind === "NodeMaintenance") && typeof name === "string" && typeof uid === "string";
  return isNamed && typeof since === "string" && [taints, marks, reasserted].every(areTexts) && areNotes(forced);
}

function areTexts(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every((each) => typeof each === "string"));
}

function areNotes(value: unknown): boolean {
  if (value === undefined) return true;
  return Array.isArray(value) && value.every(isNote);
}

function isNote(value: unknown): value is ForcedNote {
  if (typeof value !== "object" || value === null) return false;
  const { since, by, count } = value as Partial<Record<keyof ForcedNote, unknown>>;
  return typeof since === "string" && typeof by === "string" && typeof count === "number";
}
