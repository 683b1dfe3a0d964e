import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import { error, hint, notPermitted, paste } from "../../present/end-lines.ts";
import { bad, dim, type Line, plain, strong, warn } from "../../present/line.ts";
import { count, someOf } from "../../present/names.ts";
import { declinedText, stoppedText } from "../change-text.ts";
import type { NodeOut, Removed, ReturnedNode, UninstallOutcome } from "./outcome.ts";

export interface UninstallWords {
  /** The same command with the flag in question as well: the line to paste. */
  readonly again: (flag: string) => string;
  readonly deletesDefinitions: boolean;
}

/** One object, in kubectl's words. */
export function removedLine({ name, namespace, state, detail }: Removed): Line {
  const where = namespace === undefined ? "" : ` in ${namespace}`;
  switch (state) {
    case "deleted":
      return [plain(`${name} deleted${where}`)];
    case "kept":
      return [plain(`${name} kept: ${detail ?? "it is not ours alone"}`)];
    case "late":
      return [warn("Warning"), plain(`: ${name}${where} was deleted and is not gone yet`)];
  }
}

export function returnedLine({ name, state, detail }: ReturnedNode): Line {
  switch (state) {
    case "in-service":
      return [plain(`node/${name} returned${detail === undefined ? "" : `; ${detail}`}`)];
    case "foreign":
      return [
        warn("Warning"),
        plain(`: node/${name} stays cordoned: the cordon is not Drydock's${detail === undefined || detail === "" ? "" : ` (${detail})`}`),
      ];
    case "unreadable":
      return [
        warn("Warning"),
        plain(`: node/${name}: its record cannot be read, so nothing was undone; see: kubectl get node ${name} -o yaml`),
      ];
    case "failed":
      return [bad("error"), plain(`: node/${name} was not returned: ${detail ?? "no answer"}`)];
  }
}

/** The nodes that are out, before anybody is asked about them. */
export function outLines(out: readonly NodeOut[]): readonly Line[] {
  return out.map(
    ({ name, by }): Line => [plain("  "), strong(name), dim(by.length === 0 ? "  held by nobody who is named" : `  held by ${someOf(by)}`)],
  );
}

/** What the one who types is asked. */
export function uninstallQuestion(out: readonly NodeOut[], nodes: "return" | "leave" | undefined, deletesDefinitions: boolean): string {
  const fate =
    out.length === 0
      ? ""
      : nodes === "return"
        ? `, bring ${count(out.length, "node")} back into service`
        : `, leave ${count(out.length, "node")} out`;
  return `Remove the operator${fate}${deletesDefinitions ? " and delete its kinds with all their objects" : ""}? [y/N] `;
}

/** How it ended, for stderr. */
export function uninstallText(outcome: UninstallOutcome, words: UninstallWords): readonly Line[] {
  switch (outcome.kind) {
    case "denied":
      return [notPermitted(outcome.missing), hint("uninstall as a cluster administrator (--context, --as)")];
    case "undecided":
      return [
        error(
          `${count(outcome.out.length, "node is", "nodes are")} out; nothing was changed. Say what becomes of ${outcome.out.length === 1 ? "it" : "them"}:`,
        ),
        ...outLines(outcome.out),
        [plain("To bring every node back into service first:")],
        paste(words.again("--return-nodes")),
        [plain("To leave every node as it is, with a script that brings it back later:")],
        paste(`${words.again("--leave-out")} > undo.sh`),
      ];
    case "declined":
      return declinedText(outcome, words.again);
    case "stopped":
      return stoppedText(outcome.removed.length);
    case "uninstalled":
      return endLines(outcome, words);
  }
}

function endLines(
  { removed, left, objects, returned }: Extract<UninstallOutcome, { kind: "uninstalled" }>,
  words: UninstallWords,
): readonly Line[] {
  if (removed.length === 0 && returned.length === 0) return [[plain("nothing of the operator was here to be removed")]];
  return [
    ...(left.length === 0
      ? []
      : [
          hint(
            `${count(left.length, "node stays", "nodes stay")} out: the lines on stdout bring ${left.length === 1 ? "it" : "them"} back without Drydock`,
          ),
        ]),
    ...(objects.length === 0
      ? []
      : [hint(`nobody looks after ${someOf(objects)} any more: deleting ${objects.length === 1 ? "it" : "one"} changes no node`)]),
    ...(words.deletesDefinitions ? [] : [hint("the kinds and their objects are kept; an operator installed later goes on with them")]),
  ];
}

export function exitCodeOfUninstall(outcome: UninstallOutcome): ExitCode {
  switch (outcome.kind) {
    case "denied":
      return exitCodes.denied;
    case "undecided":
    case "declined":
      return exitCodes.blocked;
    case "stopped":
      return exitCodes.interrupted;
    case "uninstalled": {
      const isPartly =
        outcome.returned.some(({ state }) => state !== "in-service") || outcome.removed.some(({ state }) => state === "late");
      return isPartly ? exitCodes.partly : exitCodes.done;
    }
  }
}
