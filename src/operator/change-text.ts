import { error, paste } from "../present/end-lines.ts";
import type { Line } from "../present/line.ts";
import { count } from "../present/names.ts";

/** Nobody agreed to a change of the installation. `again`: the same command with the flag as well. */
export function declinedText({ asked }: { readonly asked: boolean }, again: (flag: string) => string): readonly Line[] {
  if (asked) return [error("not agreed to; nothing was changed")];
  return [error("nobody is here to be asked; nothing was changed. To agree to that, run:"), paste(again("--yes"))];
}

/** It was stopped after so many objects. */
export function stoppedText(done: number): readonly Line[] {
  return [
    error(`stopped ${done === 0 ? "before anything was changed" : `after ${count(done, "object")}; the same command goes on from there`}`),
  ];
}
