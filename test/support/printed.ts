import { faultOf } from "../../scripts/schema/validate.ts";

/** What was printed on stdout that is no document of docs/schema/: undefined where all of it is one, or none of it is JSON. */
export function faultInPrinted(stdout: string): string | undefined {
  // Of a process that was killed the last line may be half a line.
  const whole = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  const documents = !whole.startsWith("{\n")
    ? whole.split("\n").filter((line) => line.startsWith("{"))
    : whole.endsWith("\n}\n")
      ? [whole]
      : [];
  for (const text of documents) {
    const document: unknown = JSON.parse(text);
    // Objects of Kubernetes, for kubectl apply.
    if ((document as { readonly kind?: unknown }).kind === "List") continue;
    const fault = faultOf(document);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
