import { readFileSync } from "node:fs";

/** Put in by the bundler. */
declare const DRYDOCK_VERSION: string | undefined;

/** From sources, package.json is read. */
export function ownVersion(): string {
  if (typeof DRYDOCK_VERSION === "string") return DRYDOCK_VERSION;
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
