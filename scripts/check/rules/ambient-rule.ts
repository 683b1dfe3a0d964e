import {
  ambientExceptions,
  ambientHome,
  bannedGlobals,
  bannedImports,
  bannedMembers,
  bannedModules,
  guardedGlobals,
  stampsHome,
} from "../ambient.ts";
import { literal, type Import, type Source } from "../source.ts";
import type { Violation } from "../violation.ts";
import { asNode, type Node, type Place, text, walk } from "../walk.ts";

type Fault = Pick<Violation, "message" | "mend">;

/** Time and randomness are named in `src/runtime/` only; the list and its reasons are in `ambient.ts`. */
export function checkAmbient(source: Source): Violation[] {
  if (source.path.startsWith(ambientHome) || Object.hasOwn(ambientExceptions, source.path)) return [];
  const violations: Violation[] = [];
  const add = (line: number, fault: Fault | undefined): void => {
    if (fault !== undefined) violations.push({ path: source.path, line, rule: "time-and-randomness", ...fault });
  };
  for (const each of source.imports) add(each.line, judgeImport(each));
  walk(source.program, (node, place) => {
    if (isTypeOnly(node)) return false;
    if (node.type === "Identifier" && isReference(place)) add(source.lineOf(node), judgeName(text(node["name"]) ?? "", place, source.path));
    if (node.type === "VariableDeclarator") add(source.lineOf(node), judgeDestructuring(node));
    return undefined;
  });
  return violations;
}

function judgeImport({ specifier, names }: Import): Fault | undefined {
  const module = specifier?.replace(/^node:/, "") ?? "";
  const mend = own(bannedModules, module);
  if (mend !== undefined) return { message: `imports "${specifier}"`, mend };
  const banned = own(bannedImports, module);
  if (banned === undefined) return undefined;
  if (names === undefined || names.includes("default")) {
    // `import process from "node:process"` is the global under its own name, and is watched as such.
    if (module === "process" && names !== undefined) return undefined;
    return { message: `imports all of "${specifier}"`, mend: "import by name, so that the check sees what is used" };
  }
  const name = names.find((each) => Object.hasOwn(banned, each));
  return name === undefined ? undefined : { message: `imports ${name} from "${specifier}"`, mend: banned[name] ?? "" };
}

/** `place` is where the name stands; for `globalThis.name` it is where that whole expression stands. */
function judgeName(name: string, place: Place | undefined, path: string): Fault | undefined {
  const mend = own(bannedGlobals, name);
  if (mend !== undefined) return { message: `names ${name}`, mend };
  const member = memberOf(place);
  if (name === "globalThis" || name === "global") {
    if (member?.name === undefined) return { message: `uses ${name} as a value`, mend: "name the one global that is needed" };
    return judgeName(member.name, place?.above, path);
  }
  if (name === "Date") return judgeDate(place, path);
  const guarded = own(guardedGlobals, name);
  if (guarded !== undefined) {
    if (place?.parent.type === "BinaryExpression" && place.parent["operator"] === "instanceof") return undefined;
    if (member?.name === undefined) {
      return { message: `uses ${name} as a value, which hides the member that is meant`, mend: `write ${name}.member; ${guarded.mend}` };
    }
    const fine = guarded.only?.includes(member.name) ?? guarded.never?.includes(member.name) !== true;
    return fine ? undefined : { message: `names ${name}.${member.name}`, mend: guarded.mend };
  }
  const banned = member?.name === undefined ? undefined : own(own(bannedMembers, name) ?? {}, member.name);
  return banned === undefined ? undefined : { message: `names ${name}.${member?.name}`, mend: banned };
}

function judgeDate(place: Place | undefined, path: string): Fault | undefined {
  const member = memberOf(place)?.name;
  // It reads no clock, and in a test it says independently what an instant should be.
  if (member === "UTC" && path.endsWith(".test.ts")) return undefined;
  const made = place?.parent;
  const stamp = member === "parse" || (made?.type === "NewExpression" && place?.field === "callee" && hasArguments(made));
  if (stamp && path === stampsHome) return undefined;
  return stamp
    ? { message: "reads or writes a time stamp by itself", mend: `use parseTime and formatTime of ${stampsHome}` }
    : {
        message: member === undefined ? "uses Date" : `names Date.${member}`,
        mend: "take a Clock and use now(); stamps are made by formatTime",
      };
}

function hasArguments(node: Node): boolean {
  return Array.isArray(node["arguments"]) && node["arguments"].length > 0;
}

/** `const { hrtime } = process` */
function judgeDestructuring(declarator: Node): Fault | undefined {
  const pattern = asNode(declarator["id"]);
  const init = asNode(declarator["init"]);
  if (pattern?.type !== "ObjectPattern" || init?.type !== "Identifier" || !Array.isArray(pattern["properties"])) return undefined;
  const from = text(init["name"]) ?? "";
  const banned = own(bannedMembers, from);
  if (banned === undefined) return undefined;
  for (const each of pattern["properties"]) {
    const key = text(asNode(asNode(each)?.["key"])?.["name"]) ?? "";
    const mend = own(banned, key);
    if (mend !== undefined) return { message: `takes ${key} from ${from}`, mend };
  }
  return undefined;
}

/** The member read from the name at `place`: undefined if none is, without a name if it is computed at run time. */
function memberOf(place: Place | undefined): { readonly name: string | undefined } | undefined {
  if (place?.parent.type !== "MemberExpression" || place.field !== "object") return undefined;
  const property = place.parent["property"];
  return { name: place.parent["computed"] === true ? literal(property) : text(asNode(property)?.["name"]) };
}

/** Whether an identifier stands for a value, and is not the name of a member, a label or an imported thing. */
function isReference(place: Place | undefined): boolean {
  if (place === undefined) return true;
  const { parent, field } = place;
  switch (parent.type) {
    case "MemberExpression":
      return field !== "property" || parent["computed"] === true;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      return field !== "key" || parent["computed"] === true;
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return false;
    case "ExportSpecifier":
      return field === "local";
    default:
      return !parent.type.startsWith("JSX") && field !== "label";
  }
}

const wrappers = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
]);

function isTypeOnly(node: Node): boolean {
  return node.type.startsWith("TS") && !wrappers.has(node.type);
}

/** Tables are plain objects: a name from the code such as `constructor` must not find what every object inherits. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
