import { literal, type Source } from "../source.ts";
import type { Violation } from "../violation.ts";
import { asNode, type Node, text, walk } from "../walk.ts";

type Fault = Pick<Violation, "message" | "mend">;

const suites = new Set(["test", "it", "describe", "suite", "bench"]);

/** Every test asserts something, all of them run, none is run twice until it passes, and what is skipped prints why. */
export function checkTests(source: Source): Violation[] {
  if (!source.path.endsWith(".test.ts")) return [];
  const violations: Violation[] = [];
  const asserting = assertingFunctions(source.program);
  let tests = 0;
  walk(source.program, (node, place) => {
    // In `test.each(rows)("…", body)` only the outer call is the test.
    const call = node.type === "CallExpression" && place?.field !== "callee" ? readCall(node) : undefined;
    if (call === undefined || !suites.has(call.root)) return;
    const body = callbackOf(node);
    const isTest = (call.root === "test" || call.root === "it") && body !== undefined;
    if (isTest) tests++;
    const faults = [judgeModifiers(call.members, node), judgeOptions(node), isTest ? judgeBody(body, asserting) : undefined];
    for (const fault of faults) {
      if (fault !== undefined) violations.push({ path: source.path, line: source.lineOf(node), rule: "tests", ...fault });
    }
  });
  if (tests === 0 && source.syntaxError === undefined) {
    violations.push({
      path: source.path,
      line: 1,
      rule: "tests",
      message: "a test file without a test",
      mend: "add one or remove the file",
    });
  }
  return violations;
}

function judgeModifiers(members: readonly string[], call: Node): Fault | undefined {
  const used = (name: string): boolean => members.includes(name);
  if (used("only")) return { message: ".only leaves the other tests out", mend: "remove it" };
  if (used("todo") || used("fails"))
    return { message: "a test that is not there, or is expected to fail", mend: "write it, or mend the code" };
  if (used("skip")) return { message: ".skip without a reason", mend: 'call context.skip("why") inside the test, which prints it' };
  if ((used("skipIf") || used("runIf")) && !/\bneeds\b/.test(titleOf(call) ?? "")) {
    return {
      message: "skipped on a condition, and the title does not say which",
      mend: 'end the title with "(needs …)", which is printed',
    };
  }
  return undefined;
}

function judgeOptions(call: Node): Fault | undefined {
  for (const argument of argumentsOf(call)) {
    if (argument.type !== "ObjectExpression" || !Array.isArray(argument["properties"])) continue;
    for (const each of argument["properties"]) {
      const key = text(asNode(asNode(each)?.["key"])?.["name"]);
      if (key === "retry" || key === "repeats") return { message: `${key} on a test`, mend: "wait for the event that makes it pass" };
      if (key === "skip" || key === "only" || key === "todo" || key === "fails") {
        return { message: `${key} on a test`, mend: 'remove it, or call context.skip("why") inside the test' };
      }
    }
  }
  return undefined;
}

function judgeBody(body: Node, asserting: ReadonlySet<string>): Fault | undefined {
  if (asserts(body, asserting)) return undefined;
  return {
    message: "a test without an assertion",
    mend: "expect what a user could notice; a function that asserts is called expect…, assert… or stands in this file",
  };
}

/** Functions of this file that assert, directly or by calling another that does. */
function assertingFunctions(program: Node): ReadonlySet<string> {
  const bodies = new Map<string, Node>();
  walk(program, (node) => {
    const name = text(asNode(node["id"])?.["name"]);
    if (name === undefined) return;
    if (node.type === "FunctionDeclaration") bodies.set(name, node);
    const init = node.type === "VariableDeclarator" ? asNode(node["init"]) : undefined;
    if (init !== undefined) bodies.set(name, init);
  });
  const found = new Set<string>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [name, body] of bodies) if (asserts(body, found)) found.add(name);
  }
  return found;
}

function asserts(body: Node, asserting: ReadonlySet<string>): boolean {
  if (body.type === "Identifier") return asserting.has(text(body["name"]) ?? "");
  let found = false;
  walk(body, (node) => {
    if (node.type === "CallExpression") {
      const { root, members } = readCall(node) ?? { root: "", members: [] };
      const last = members.at(-1) ?? root;
      found ||= /^(expect|assert)/.test(root) || /^(expect|assert)/.test(last) || asserting.has(root);
    }
    return !found;
  });
  return found;
}

/** `test.each(rows)("…")` and `test.skipIf(x).concurrent("…")`: the name at the root and every member on the way to this call. */
function readCall(call: Node): { readonly root: string; readonly members: readonly string[] } | undefined {
  const members: string[] = [];
  let at = asNode(call["callee"]);
  while (at !== undefined && at.type !== "Identifier") {
    if (at.type === "MemberExpression") {
      const property = asNode(at["property"]);
      members.unshift((at["computed"] === true ? literal(property) : text(property?.["name"])) ?? "");
      at = asNode(at["object"]);
    } else {
      at = at.type === "CallExpression" ? asNode(at["callee"]) : at.type === "TaggedTemplateExpression" ? asNode(at["tag"]) : undefined;
    }
  }
  const root = text(at?.["name"]);
  return root === undefined ? undefined : { root, members };
}

function argumentsOf(call: Node): Node[] {
  const given: unknown = call["arguments"];
  return Array.isArray(given) ? given.flatMap((each) => asNode(each) ?? []) : [];
}

/** Undefined where the title is no literal. */
function titleOf(call: Node): string | undefined {
  const [first] = argumentsOf(call);
  if (first?.type !== "TemplateLiteral") return literal(first);
  return (Array.isArray(first["quasis"]) ? first["quasis"] : []).map((each) => text(rawOf(each)) ?? "").join("…");
}

function rawOf(quasi: unknown): unknown {
  const value = asNode(quasi)?.["value"];
  return typeof value === "object" && value !== null && "raw" in value ? value.raw : undefined;
}

function callbackOf(call: Node): Node | undefined {
  const [title, ...rest] = argumentsOf(call);
  if (title === undefined) return undefined;
  return rest.find(({ type }) => type === "ArrowFunctionExpression" || type === "FunctionExpression" || type === "Identifier");
}
