import { emptyNames } from "../layers.ts";
import type { Source } from "../source.ts";
import type { Violation } from "../violation.ts";
import { asNode, walk } from "../walk.ts";

const longest = { source: 350, test: 700 };

/** The house style that a machine can see: names of files, exports, length, and no notes left behind. */
export function checkStyle(source: Source): Violation[] {
  return [...checkNames(source), ...checkExports(source), ...checkLength(source), ...checkComments(source)];
}

function checkNames({ path }: Source): Violation[] {
  const parts = path.replace(/\.ts$/, "").split("/").slice(1);
  const violations: Violation[] = [];
  for (const part of parts) {
    if (emptyNames.includes(part.replace(/\..*$/, ""))) {
      const mend = "name it after the one idea that lives there, or move each piece to the room it belongs to";
      violations.push({ path, line: 1, rule: "names", message: `"${part}" says nothing about what lives there`, mend });
    } else if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part)) {
      violations.push({
        path,
        line: 1,
        rule: "names",
        message: `"${part}" is not kebab-case`,
        mend: "use lower-case words joined by hyphens",
      });
    }
  }
  return violations;
}

function checkExports(source: Source): Violation[] {
  const { path, program, lineOf } = source;
  const violations: Violation[] = [];
  walk(program, (node) => {
    const specifiers = node.type === "ExportNamedDeclaration" && Array.isArray(node["specifiers"]) ? node["specifiers"] : [];
    const namedDefault = specifiers.some((each) => asNode(asNode(each)?.["exported"])?.["name"] === "default");
    if (node.type === "ExportDefaultDeclaration" || namedDefault) {
      const mend = "export it by name, so that it is called the same everywhere";
      violations.push({ path, line: lineOf(node), rule: "exports", message: "default export", mend });
    }
    if (node.type === "ExportAllDeclaration") {
      const mend = "import from the file that has it: a barrel hides where things live";
      violations.push({ path, line: lineOf(node), rule: "exports", message: "export * makes a barrel of this file", mend });
    }
    return node.type === "Program";
  });
  return violations;
}

function checkLength({ path, lines }: Source): Violation[] {
  const most = path.startsWith("test/") || path.endsWith(".test.ts") ? longest.test : longest.source;
  if (lines <= most) return [];
  const mend = "split it where a second idea begins";
  return [{ path, line: most + 1, rule: "length", message: `${lines} lines, at most ${most}`, mend }];
}

const leftBehind = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck|expect-error)/;

function checkComments({ path, comments }: Source): Violation[] {
  return comments.flatMap(({ text, line }) => {
    const found = leftBehind.exec(text)?.[0];
    if (found === undefined) return [];
    const mend = "do it now, or open an issue and leave no note in the code";
    return [{ path, line, rule: "comments", message: `${found} left in a comment`, mend }];
  });
}
