import { posix } from "node:path";
import { parseSync } from "rolldown/utils";
import { asNode, type Node, text, walk } from "./walk.ts";

/** How one file reaches another. Types count: a room that knows another's types depends on it. */
export interface Import {
  /** As written; undefined where it is computed at run time. */
  readonly specifier: string | undefined;
  /** The file it names, relative to the repository; undefined for packages. */
  readonly target: string | undefined;
  readonly form: "import" | "export from" | "export *" | "import()" | "import type()" | "import = require";
  /** Names asked for; undefined where the whole module is taken. */
  readonly names: readonly string[] | undefined;
  readonly line: number;
}

export interface Source {
  readonly path: string;
  readonly lines: number;
  readonly program: Node;
  readonly imports: readonly Import[];
  readonly comments: readonly { readonly text: string; readonly line: number }[];
  /** Set where the file is no valid TypeScript; everything else is then empty. */
  readonly syntaxError: string | undefined;
  readonly lineOf: (node: { readonly start: number }) => number;
}

/** Parses one TypeScript file. `path` is relative to the repository, with forward slashes. */
export function parseSource(path: string, code: string): Source {
  const parsed = parseSync(path, code, { lang: "ts", sourceType: "module" });
  const starts = [0];
  for (let at = code.indexOf("\n"); at !== -1; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineOf = ({ start }: { readonly start: number }): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
  const program = asNode(parsed.program);
  if (program === undefined) throw new Error(`${path}: the parser returned no program`);
  const imports: Import[] = [];
  walk(program, (node) => {
    const found = readImport(node);
    if (found === undefined) return;
    const target = found.specifier?.startsWith(".") === true ? posix.join(posix.dirname(path), found.specifier) : undefined;
    imports.push({ ...found, target, line: lineOf(node) });
  });
  return {
    path,
    lines: starts.length - (code.endsWith("\n") ? 1 : 0),
    program,
    imports,
    comments: parsed.comments.map((comment) => ({ text: comment.value, line: lineOf(comment) })),
    syntaxError: parsed.errors[0]?.message,
    lineOf,
  };
}

type Found = Pick<Import, "specifier" | "form" | "names">;

function readImport(node: Node): Found | undefined {
  switch (node.type) {
    case "ImportDeclaration":
      return { specifier: literal(node["source"]), form: "import", names: importedNames(node) };
    case "ExportNamedDeclaration":
      return node["source"] === null ? undefined : { specifier: literal(node["source"]), form: "export from", names: importedNames(node) };
    case "ExportAllDeclaration":
      return { specifier: literal(node["source"]), form: "export *", names: undefined };
    case "ImportExpression":
      return { specifier: literal(node["source"]), form: "import()", names: undefined };
    case "TSImportType":
      return { specifier: literal(node["source"]), form: "import type()", names: undefined };
    case "TSExternalModuleReference":
      return { specifier: literal(node["expression"]), form: "import = require", names: undefined };
    default:
      return undefined;
  }
}

function importedNames(declaration: Node): readonly string[] | undefined {
  const specifiers = declaration["specifiers"];
  if (!Array.isArray(specifiers)) return undefined;
  const names: string[] = [];
  for (const each of specifiers) {
    const specifier = asNode(each);
    if (specifier === undefined || specifier.type === "ImportNamespaceSpecifier") return undefined;
    const name = asNode(specifier["imported"]) ?? asNode(specifier["local"]);
    names.push(specifier.type === "ImportDefaultSpecifier" ? "default" : (text(name?.["name"]) ?? text(name?.["value"]) ?? ""));
  }
  return names;
}

/** A string that is known without running the program: a literal, or a template without holes. */
export function literal(value: unknown): string | undefined {
  const node = asNode(value);
  if (node?.type === "Literal") return text(node["value"]);
  if (node?.type !== "TemplateLiteral" || !Array.isArray(node["quasis"]) || node["quasis"].length !== 1) return undefined;
  const quasi = asNode(node["quasis"][0])?.["value"];
  return typeof quasi === "object" && quasi !== null && "cooked" in quasi ? text(quasi.cooked) : undefined;
}
