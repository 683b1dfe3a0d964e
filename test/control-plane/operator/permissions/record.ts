import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemRandom } from "../../../../src/runtime/random.ts";
import type { AuditEvent } from "../../fixture/audit.ts";
import { usedBy, wordsFor } from "./granted.ts";
import { account, installedGrants } from "./installed.ts";

/** Keeps, in a folder that all suites of a run share, which permissions of the operator one control plane has seen used. */
export async function recordUse(folder: string, events: readonly AuditEvent[]): Promise<void> {
  const used = usedBy(account, events, installedGrants()).map(wordsFor);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${systemRandom.uuid()}.json`), JSON.stringify(used));
}

/** Permissions, in words, that none of the control planes recorded there has seen used. */
export async function unusedIn(folder: string): Promise<readonly string[]> {
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  const used = new Set(texts.flatMap((text) => JSON.parse(text) as readonly string[]));
  return installedGrants()
    .map(wordsFor)
    .filter((words) => !used.has(words));
}
