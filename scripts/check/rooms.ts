import { house, type Room } from "./layers.ts";

/** A room as a file stands in it: `crafts/*` has become `crafts/drain`. */
export interface Address {
  readonly rule: Room;
  readonly folder: string;
  /** 0 is the top of the house. */
  readonly floor: number;
}

/** The room of a file under `src/`, the innermost if several contain it; undefined where the table knows none. */
export function roomOf(path: string): Address | undefined {
  const parts = path.split("/").slice(1, -1);
  let found: Address | undefined;
  for (const [floor, rule] of house.entries()) {
    const folder = match(rule.room, parts);
    if (folder !== undefined && folder.length > (found?.folder.length ?? -1)) found = { rule, folder, floor };
  }
  return found;
}

/** Whether a room lies in a folder that a table entry names. */
export function isWithin(folder: string, entry: string): boolean {
  return match(entry, folder.split("/")) !== undefined;
}

function match(pattern: string, parts: readonly string[]): string | undefined {
  const wanted = pattern.split("/");
  const fits = wanted.length <= parts.length && wanted.every((part, at) => part === "*" || part === parts[at]);
  return fits ? parts.slice(0, wanted.length).join("/") : undefined;
}
