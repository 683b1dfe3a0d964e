import { createInterface } from "node:readline";

/** Lines that somebody types one after another, or that a pipe holds. */
export interface Prompt extends Disposable {
  /** undefined where the input has ended: Ctrl-D, or Ctrl-C on an empty line. */
  next(): Promise<string | undefined>;
}

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/**
 * On a terminal with editing and history; between two lines the terminal is as it was, so that what runs then can ask, and Ctrl-C reaches it. Of a
 * pipe every line is read, and shown behind the prompt, so that what is printed reads as it would on a terminal.
 */
export function openPrompt(input: Input, output: Output, text: string): Prompt {
  return input.isTTY === true && output.isTTY === true ? onTerminal(input, output, text) : onPipe(input, output, text);
}

function onTerminal(input: Input, output: Output, prompt: string): Prompt {
  let history: string[] = [];
  return {
    next: () =>
      new Promise((resolve) => {
        const lines = createInterface({ input, output, terminal: true, prompt, history, removeHistoryDuplicates: true });
        let line: string | undefined;
        lines.on("history", (entries) => {
          history = [...entries];
        });
        lines.on("line", (typed) => {
          line = typed;
          lines.close();
        });
        lines.on("SIGINT", () => {
          if (lines.line === "") return lines.close();
          // As a shell: the line is dropped, and another one begins.
          output.write("^C\n");
          lines.write(null, { ctrl: true, name: "e" });
          lines.write(null, { ctrl: true, name: "u" });
        });
        lines.on("close", () => {
          if (line === undefined) output.write("\n");
          resolve(line);
        });
        lines.prompt();
      }),
    [Symbol.dispose]: () => {},
  };
}

function onPipe(input: Input, output: Output, prompt: string): Prompt {
  const lines = createInterface({ input, terminal: false });
  const typed = lines[Symbol.asyncIterator]();
  return {
    next: async () => {
      const { done, value } = await typed.next();
      if (done === true) return undefined;
      output.write(`${prompt}${value}\n`);
      return value;
    },
    [Symbol.dispose]: () => lines.close(),
  };
}
