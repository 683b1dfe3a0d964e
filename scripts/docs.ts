import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { deployFiles } from "./docs/deploy-files.ts";
import { schemaFiles } from "./docs/schema-files.ts";
import { madeAnew, pages, readPage, root } from "./docs/pages.ts";

/**
 * `node scripts/docs.ts`: makes the generated parts of every page anew: tables of flags and commands, the list of codes, and what the examples
 * print; and the files of docs/schema/ and deploy/. What stands between `<!-- generated: … -->` and `<!-- end -->` is written by this program only.
 */
for (const [path, text] of [...schemaFiles(), ...deployFiles()]) {
  mkdirSync(dirname(resolve(root, path)), { recursive: true });
  writeFileSync(resolve(root, path), text);
}
for (const path of pages()) {
  const text = await madeAnew(path);
  if (text === readPage(path)) continue;
  writeFileSync(resolve(root, path), text);
  process.stdout.write(`${path}\n`);
}
