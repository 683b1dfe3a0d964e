import type { Json } from "../../kube/object.ts";
import { isSecretField, redact, redacted } from "../serving/redact.ts";

/** For JSON.stringify: the last net under fields that were chosen by name. */
export function masked(key: string, value: unknown): unknown {
  if (isSecretField(key) && value !== null && value !== undefined) return redacted;
  return typeof value === "string" ? redact(value) : value;
}

/** The end of a key or certificate whose beginning was cut off. */
const restOfPem = /^[A-Za-z0-9+/=\s]*-----END [A-Z0-9 ]+-----/;

/**
 * A log without what looks like a credential. Lines of JSON are read, as text in them is escaped; lines in between belong together, since a
 * key or a certificate takes several.
 */
export function redactLog(text: string): string {
  const done: string[] = [];
  let plain: string[] = [];
  const flush = (): void => {
    if (plain.length > 0) done.push(redact(plain.join("\n")));
    plain = [];
  };
  for (const line of text.replace(restOfPem, redacted).split("\n")) {
    const value = objectIn(line);
    if (value === undefined) {
      plain.push(line);
      continue;
    }
    flush();
    done.push(JSON.stringify(value, masked));
  }
  flush();
  return done.join("\n");
}

function objectIn(line: string): Json | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
