/** A stream of this process that may fail: process.stdout and process.stderr have it. */
export interface FailingStream {
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): unknown;
}

export interface LostOutput {
  readonly name: "stdout" | "stderr";
  /** The command changes a cluster: it is seen through, and its exit code says how it ended, whoever listens. */
  readonly goesOn: boolean;
  /** A line for a person, on stderr. */
  say(line: string): void;
  /** Ends the process; without a code, with the one that is set, or 0. */
  exit(code?: number): void;
  /** Words of the result are missing: success is no longer the whole truth. */
  incomplete(): void;
}

/**
 * What becomes of a command whose output goes nowhere. `drydock preview … | head` closes the pipe early: that is no failure of ours, and
 * there is nobody left to tell. `drydock drain … | head` must not leave a node half empty with exit code 0 for it. A full disk is said.
 */
export function onLostOutput(stream: FailingStream, { name, goesOn, say, exit, incomplete }: LostOutput): void {
  let isSaid = false;
  stream.on("error", (error) => {
    const hasNoReader = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
    if (goesOn && (hasNoReader || name === "stderr")) return;
    if (hasNoReader) return exit();
    if (name === "stderr") return exit(1);
    if (!isSaid) say(`${goesOn ? "Warning" : "error"}: cannot write to stdout: ${error.message}${goesOn ? "; the work goes on" : ""}\n`);
    isSaid = true;
    incomplete();
    if (!goesOn) exit(1);
  });
}
