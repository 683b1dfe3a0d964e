import { readFile } from "node:fs/promises";
import type { Clock, Millis } from "../../runtime/clock.ts";
import { KubeError } from "../errors.ts";

/** A projected token is renewed by the kubelet at 80 % of its life, at least once in 10 minutes; client-go re-reads after a minute too. */
const maxAge: Millis = 60_000;

/** A file whose content may be replaced under us: read again, without blocking, once what we have is a minute old. */
export class AgedFile {
  readonly path: string;
  readonly #what: string;
  readonly #clock: Clock;
  #content: string | undefined;
  #readAt: Millis = 0;
  #reading: Promise<string> | undefined;

  /** `what` is for messages: "the token of user x". */
  constructor(path: string, what: string, clock: Clock) {
    this.path = path;
    this.#what = what;
    this.#clock = clock;
  }

  /** What cannot be read again is kept: the server will say when it no longer counts. */
  async read(): Promise<string> {
    if (this.#content !== undefined && this.#clock.monotonic() - this.#readAt < maxAge) return this.#content;
    this.#reading ??= this.#load().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** The next read goes to the file. */
  expire(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  async #load(): Promise<string> {
    try {
      this.#content = await readFile(this.path, "utf8");
      this.#readAt = this.#clock.monotonic();
      return this.#content;
    } catch (cause) {
      if (this.#content !== undefined) return this.#content;
      const code = (cause as NodeJS.ErrnoException).code;
      throw new KubeError("identity", `${this.#what}, ${this.path}, cannot be read (${code}); check the path and its permissions`, {
        cause,
      });
    }
  }
}
