/**
 * The one base of all our errors. `code` is from the closed union of the room that throws it, `cause` is always kept,
 * `retryable` says whether the same call may succeed later. Expected outcomes are values, not errors.
 */
export class DrydockError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;
  constructor(code: Code, message: string, options: { readonly cause?: unknown; readonly retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** A deadline of our own passed. */
export class DeadlineError extends DrydockError<"deadline"> {
  readonly after: number;
  constructor(after: number) {
    super("deadline", `no answer within ${after} ms`, { retryable: true });
    this.after = after;
  }
}

/** An invariant of our own code does not hold: a bug, never a condition of the cluster. */
export class InvariantError extends DrydockError<"invariant"> {
  constructor(message: string, cause?: unknown) {
    super("invariant", message, { cause });
  }
}

/** For the last branch of a switch over a closed union: a new member does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new InvariantError(`unhandled case ${JSON.stringify(value)}`);
}
