import type { DrainCode } from "../crafts/drain/codes.ts";
import { drain } from "../crafts/drain/drain.ts";
import { drainPhrases } from "../crafts/drain/phrases.ts";
import type { ExecutionCode } from "../execution/codes.ts";
import { executionPhrases } from "../execution/phrases.ts";
import type { Craft } from "../plan/craft.ts";
import type { Phrases } from "../plan/phrase.ts";
import type { PowerOffCode } from "./power-off/codes.ts";
import { powerOffPhrases } from "./power-off/phrases.ts";
import { type RoomCode, roomPhrases } from "./room/phrases.ts";

/** The only file that names all crafts, in the order in which their steps are joined. */
export const crafts: readonly Craft[] = [drain as Craft];

/** Every code that can reach a reader. */
export type Code = DrainCode | ExecutionCode | RoomCode | PowerOffCode;

/** The words of every code; a code without words does not compile. */
export const phrases: Phrases<Code> = { ...executionPhrases, ...drainPhrases, ...roomPhrases, ...powerOffPhrases };
