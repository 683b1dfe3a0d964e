/** Where text goes: a terminal, a file, a pipe, or a test. */
export interface Output {
  readonly isTTY: boolean;
  /** Cells in a line; 80 where it is no terminal. */
  columns(): number;
  rows(): number;
  write(text: string): void;
  /** Runs after the size has changed. */
  onResize(run: () => void): Disposable;
}

/** The part of a Node stream that is used; process.stdout and process.stderr have it. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: "resize", run: () => void): unknown;
  off(event: "resize", run: () => void): unknown;
}

export function streamOutput(stream: TerminalStream): Output {
  return {
    isTTY: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
    rows: () => stream.rows ?? 24,
    write: (text) => {
      stream.write(text);
    },
    onResize: (run) => {
      stream.on("resize", run);
      return { [Symbol.dispose]: () => stream.off("resize", run) };
    },
  };
}
