import { isBuiltin } from "node:module";
import { namesAllCrafts } from "../layers.ts";
import { type Address, isWithin, roomOf } from "../rooms.ts";
import type { Import, Source } from "../source.ts";
import type { Violation } from "../violation.ts";

type Fault = Pick<Violation, "message" | "mend">;

/** Every import of a room's file goes to its own room or to one the table allows. Only `src/` has rooms; tests and scripts see all of it. */
export function checkLayers(source: Source): Violation[] {
  if (!source.path.startsWith("src/")) return [];
  const at = (line: number, fault: Fault): Violation => ({ path: source.path, line, rule: "layers", ...fault });
  const home = roomOf(source.path);
  if (home === undefined) {
    return [
      at(1, {
        message: "this file lives in no room of the house",
        mend: "move it into one of the rooms in scripts/check/layers.ts, or add a row there and in ARCHITECTURE.md",
      }),
    ];
  }
  return source.imports.flatMap((each) => {
    const fault = judge(source.path, home, each);
    return fault === undefined ? [] : [at(each.line, fault)];
  });
}

function judge(path: string, home: Address, { specifier, target, form }: Import): Fault | undefined {
  if (specifier === undefined) {
    return { message: `${form} of a name computed at run time cannot be checked`, mend: "write the name as a literal" };
  }
  const isTest = isTestCode(path);
  if (target === undefined) return isTest ? undefined : judgePackage(home, specifier);
  if (!target.startsWith("src/")) {
    if (isTest && target.startsWith("test/")) return undefined;
    return { message: `${path} may not import ${target}`, mend: "move what is needed into src/: only tests reach outside it" };
  }
  const there = roomOf(target);
  if (there === undefined) return { message: `${target} lives in no room of the house`, mend: "see scripts/check/layers.ts" };
  if (isTestCode(target) && !isTest) {
    return { message: `imports ${target}, which is there for tests`, mend: "move it out of testing/ if the product needs it" };
  }
  if (there.folder === home.folder || home.folder.startsWith(`${there.folder}/`)) return undefined;
  if (isWithin(there.folder, "crafts/*") && isWithin(home.folder, "crafts/*")) {
    return {
      message: `${home.folder} imports ${there.folder} ("${specifier}"): crafts stand side by side`,
      mend: "move what both need into plan/, cluster/view/ or kube/, or let composition bring the two together",
    };
  }
  if (isTest) return judgeTest(home, there, specifier);
  if (isWithin(there.folder, "crafts/*")) {
    return path === namesAllCrafts
      ? undefined
      : {
          message: `${home.folder} imports ${there.folder} ("${specifier}")`,
          mend: `only ${namesAllCrafts} names crafts: take them from there`,
        };
  }
  if (home.rule.may.some((entry) => isWithin(there.folder, entry))) return undefined;
  const direction = there.floor < home.floor ? "upward" : "below, but not in its row of the table";
  const may = home.rule.may.length === 0 ? "no other room" : home.rule.may.join(", ");
  return {
    message: `${home.folder} imports ${there.folder} ("${specifier}"): ${direction}. ${home.folder} may use ${may}`,
    mend: "move what is needed down into a room that both may use, or pass it in as an argument; types count as well",
  };
}

/** Tests, and what several of them share in a folder `testing/`. */
function isTestCode(path: string): boolean {
  return path.endsWith(".test.ts") || path.includes("/testing/");
}

/** A test may use every room below its own, so that it can run against the simulator. */
function judgeTest(home: Address, there: Address, specifier: string): Fault | undefined {
  if (there.floor > home.floor) return undefined;
  return {
    message: `a test in ${home.folder} imports ${there.folder} ("${specifier}"): upward`,
    mend: `a test may use the rooms below its own: move it to ${there.folder} or to test/`,
  };
}

function judgePackage(home: Address, specifier: string): Fault | undefined {
  if (specifier.startsWith("/") || specifier.startsWith("#") || specifier.includes(":") !== specifier.startsWith("node:")) {
    return { message: `"${specifier}" is neither a relative path nor a package`, mend: "import files by a relative path" };
  }
  const module = isBuiltin(specifier) ? `node:${specifier.replace(/^node:/, "")}` : packageName(specifier);
  const allowed = home.rule.packages ?? [];
  if (allowed.includes(module) || (module.startsWith("node:") && allowed.includes("node:*"))) return undefined;
  return {
    message: `${home.folder} imports "${specifier}": ${allowed.length === 0 ? "this room is pure" : `it may import ${allowed.join(", ")}`}`,
    mend: "do it in the room that owns this package (scripts/check/layers.ts) and pass the result in",
  };
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
