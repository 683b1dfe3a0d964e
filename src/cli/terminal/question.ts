import { createInterface } from "node:readline/promises";

/**
 * Asks on a terminal and gives the line typed; "" where the input ends without one (Ctrl-D), which must not read as a yes. Rejects when aborted.
 * The terminal is left as it is, so that Ctrl-C reaches the process as it does everywhere else.
 */
export async function askOn(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  const lines = createInterface({ input, output, terminal: false });
  const ended = new Promise<string>((resolve) => {
    lines.once("close", () => resolve(""));
  });
  try {
    return await Promise.race([lines.question(question, { signal }), ended]);
  } finally {
    lines.close();
  }
}
