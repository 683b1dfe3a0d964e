import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `COPY`, of whichever stage. */
export interface Copy {
  /** The stage it copies from; undefined: the repository. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly to: string;
}

/** What the Dockerfile in `root` says. */
export class Dockerfile {
  /** Without comments, each on one line. */
  readonly instructions: readonly string[];

  constructor(root: string) {
    this.instructions = readFileSync(join(root, "Dockerfile"), "utf8")
      .replaceAll(/\\\n/g, " ")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
  }

  /** What becomes the image. */
  get lastStage(): readonly string[] {
    return this.instructions.slice(this.instructions.findLastIndex((line) => line.startsWith("FROM ")));
  }

  /** Of the last stage, what follows each instruction of this name. */
  argumentsOf(instruction: string): readonly string[] {
    return this.lastStage.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));
  }

  /** What starts in the image; the command is what it is given by default. */
  words(instruction: "ENTRYPOINT" | "CMD"): readonly string[] {
    return JSON.parse(this.argumentsOf(instruction).join("")) as readonly string[];
  }
}

export function copies(instructions: readonly string[]): readonly Copy[] {
  return instructions
    .filter((line) => line.startsWith("COPY "))
    .map((line) => {
      const [, ...words] = line.split(/\s+/);
      const from = words[0]?.startsWith("--from=") === true ? words.shift()?.slice("--from=".length) : undefined;
      return { from, sources: words.slice(0, -1), to: words.at(-1) ?? "" };
    });
}
