import { DrydockError } from "../runtime/errors.ts";

/** The command line cannot be understood or contradicts itself: exit code 4, one clear line and the next step. */
export class UsageError extends DrydockError<"usage"> {
  /** What to do next; "" where the message says it all. */
  readonly next: string;
  constructor(message: string, next = "", cause?: unknown) {
    super("usage", message, { cause });
    this.next = next;
  }
}
