import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** The licences of all packages that a bundle holds, as their terms ask. `inputs` are the files that went into it. */
export function licensesOf(inputs: readonly string[], root: string): string {
  const folders = new Set(inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = manifest.parse(JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")));
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined || !existsSync(join(root, folder, file)) ? "" : readFileSync(join(root, folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return `${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
