import type { Maintenance } from "../../api/maintenance.ts";
import { consentsWaitedFor } from "../../maintenance/by-object/order.ts";
import type { NotAccepted, ObjectEnd, ObjectEndKind, ObjectsOutcome } from "../../maintenance/by-object/outcome.ts";
import { error, hint } from "../end-lines.ts";
import { type Circumstances, type ExitCode, exitCodeOf, exitCodes } from "../exit-code.ts";
import { dim, good, type Line, plain, strong, warn } from "../line.ts";
import { outcomeText, type OutcomeWords } from "../outcome-text.ts";

export type ObjectVerb = "maintain" | "return" | "pause" | "resume" | "cancel" | "retry" | "approve";

export interface ObjectWords extends Omit<OutcomeWords, "verb"> {
  readonly verb: ObjectVerb;
}

/** `maintenance.drydock.dev/NAME`, as kubectl prints it. */
export function printedObject(name: string): string {
  return `maintenance.drydock.dev/${name}`;
}

/** How it ended, for stderr: what was and was not done, why, and the next step. */
export function objectsText(outcome: ObjectsOutcome, words: ObjectWords): readonly Line[] {
  const { program } = words.speaker;
  switch (outcome.kind) {
    case "in-maintenance":
      return outcome.nodes.flatMap(({ node, name, phase }) => [
        error(`node ${node} is in maintenance already: maintenance/${name} is ${phase ?? "new"}; nothing was changed`),
        hint(`follow it: ${program} status -w ${node}; another consent or another wish: kubectl edit maintenance ${name}`),
        hint(`bring it back: ${program} return ${node}; undo what was done so far: ${program} cancel ${node}`),
      ]);
    case "not-in-maintenance":
      return outcome.targets.flatMap((target) => [
        error(`${target}: no maintenance is under way; nothing was changed`),
        hint(`what is out, and by whom: ${program} status; to take a node out: ${program} maintain NODE`),
      ]);
    case "nothing-to-approve":
      return outcome.targets.flatMap((node) => [
        error(`node ${node} waits for no consent; nothing was changed`),
        hint(`what it waits for: ${program} why ${node}; to agree beforehand: ${program} approve ${node} --allow=…`),
      ]);
    case "not-accepted":
      return [...outcome.targets.flatMap((one) => notAcceptedLines(one)), [dim("  nothing was changed")]];
    case "followed":
      return outcome.ends.flatMap((end) => endLines(end, words));
    case "stopped-before":
      if (words.verb === "approve" && outcome.why === "declined")
        return [error("not agreed to; nothing was changed"), hint(`to agree without being asked: ${words.again([])}`)];
      return outcomeText(outcome, { ...words, verb: "drain" });
    default:
      return outcomeText(outcome, { ...words, verb: "drain" });
  }
}

function notAcceptedLines({ target, message, webhook, denied }: NotAccepted): readonly Line[] {
  if (webhook !== undefined)
    return [error(`${target}: refused by the admission webhook ${webhook}: ${message}`), hint("mend what it names, then run it again")];
  if (denied)
    return [error(`${target}: not permitted: ${message}`), hint("have the role drydock-editor bound to you, or act as someone who has it")];
  return [error(`${target}: the server does not take it: ${message}`), hint("mend what it names, then run it again")];
}

function endLines(end: ObjectEnd, words: ObjectWords): readonly Line[] {
  const { node, object } = end;
  const { program } = words.speaker;
  const name = end.name === undefined ? "" : `maintenance/${end.name}`;
  const said = object?.status?.message ?? "";
  switch (end.end) {
    case "reached":
      return [[good("done"), plain(": "), strong(node), plain(`: ${said}`)]];
    case "blocked":
      return [
        error(`node ${node} is not empty: ${said}`),
        hint(`${name} goes on by itself when that ends; ${agreeing(object, program)}give up: ${program} cancel ${node}`),
      ];
    case "held":
      return [
        [warn("held"), plain(": "), strong(node), plain(`: ${said}`)],
        ...(said.includes("--release") ? [] : [hint(`let it into service: ${program} return ${node} --release`)]),
      ];
    case "failed":
      return [error(`node ${node}: ${said}`), hint(`when it is mended: ${program} retry ${node}; or undo it: ${program} cancel ${node}`)];
    case "timed-out":
      return [error(`node ${node}: not in time: ${said}`), hint(`why: ${program} why ${node}; how it stands: ${program} status ${node}`)];
    case "overruled":
      return [
        error(
          object === undefined
            ? `node ${node}: ${name} was deleted by somebody else`
            : `node ${node}: ${name} is wanted otherwise by now (${object.status?.phase ?? "changed"}): ${said}`,
        ),
        hint(`how it stands: ${program} status ${node}; who did what: kubectl get maintenance -o yaml --show-managed-fields`),
      ];
    case "not-followed":
      return [[plain(`${name}: the operator carries it out`)], hint(`follow it: ${program} status -w ${node}`)];
    case "left":
      return object === undefined
        ? [[warn("stopped"), plain(`: whether ${name} of node ${node} was written is not known`)], hint(`see: ${program} status ${node}`)]
        : [[warn("stopped"), plain(`: the operator goes on with ${name} of node ${node}`)], hint(leftHint(words, node))];
    case "untouched":
      return [[warn("stopped"), plain(`: node ${node} was not begun, and nothing was changed for it`)]];
    case "refused":
      return [error(`node ${node}: the server does not take it: ${end.message ?? ""}`), hint("mend what it names, then run it again")];
  }
}

/** Only where that would end something. */
function agreeing(object: Maintenance | undefined, program: string): string {
  const consents = object === undefined ? [] : consentsWaitedFor(object);
  if (object === undefined || consents.length === 0) return "";
  const line = `approve ${object.spec.nodeName} --allow=${consents.join(",")}`;
  return object.status?.message?.includes(line) === true ? "" : `agree to what it waits for: ${program} ${line}; `;
}

function leftHint({ verb, speaker: { program } }: ObjectWords, node: string): string {
  const follow = `follow it: ${program} status -w ${node}`;
  return verb === "maintain" ? `${follow}; stop it: ${program} pause ${node}; undo it: ${program} cancel ${node}` : follow;
}

/** The gravest of all; partly done where some came true and others did not. */
export function exitCodeOfObjects(outcome: ObjectsOutcome, at: Circumstances): ExitCode {
  switch (outcome.kind) {
    case "in-maintenance":
    case "nothing-to-approve":
      return exitCodes.blocked;
    case "not-in-maintenance":
      return exitCodes.usage;
    case "not-accepted":
      return outcome.targets.every(({ denied }) => denied) ? exitCodes.denied : exitCodes.blocked;
    case "followed":
      return exitCodeOfEnds(outcome.ends, at);
    default:
      return exitCodeOf(outcome, at);
  }
}

function exitCodeOfEnds(ends: readonly ObjectEnd[], { partial }: Circumstances): ExitCode {
  const codes = ends.map(({ end }) => (end === "blocked" && partial ? exitCodes.partly : codeOfEnd[end]));
  if (codes.includes(exitCodes.interrupted)) return exitCodes.interrupted;
  const failed = codes.filter((code) => code !== exitCodes.done);
  if (failed.length === 0) return exitCodes.done;
  if (failed.length < codes.length) return exitCodes.partly;
  return (
    [exitCodes.unexpected, exitCodes.timedOut, exitCodes.blocked, exitCodes.partly].find((code) => failed.includes(code)) ??
    exitCodes.unexpected
  );
}

const codeOfEnd: Readonly<Record<ObjectEndKind, ExitCode>> = {
  reached: exitCodes.done,
  "not-followed": exitCodes.done,
  blocked: exitCodes.blocked,
  held: exitCodes.blocked,
  refused: exitCodes.blocked,
  failed: exitCodes.unexpected,
  overruled: exitCodes.unexpected,
  "timed-out": exitCodes.timedOut,
  left: exitCodes.interrupted,
  untouched: exitCodes.interrupted,
};
