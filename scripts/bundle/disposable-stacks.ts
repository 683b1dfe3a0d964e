/**
 * `DisposableStack` and `AsyncDisposableStack` for the bundle: Node 22 has `Symbol.dispose`, but not these. As the proposal of explicit resource
 * management has it: last in, first out; every resource is disposed whatever the others throw; an earlier error is kept as `suppressed`.
 */
abstract class Stack<Release> {
  protected releases: Release[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  protected push(release: Release): void {
    if (this.#disposed) throw new ReferenceError("the stack is already disposed");
    this.releases.push(release);
  }

  /** Ends the stack and gives what it held, the last first. */
  protected end(): Release[] {
    this.#disposed = true;
    const releases = this.releases.toReversed();
    this.releases = [];
    return releases;
  }

  /** Ends the stack and hands what it held to another. */
  protected moveTo<Other extends Stack<Release>>(other: Other): Other {
    if (this.#disposed) throw new ReferenceError("the stack is already disposed");
    other.releases = this.end().toReversed();
    return other;
  }
}

/** The error of a whole disposal: undefined while nothing was thrown. */
type Failure = { readonly error: unknown } | undefined;

function failedWith(error: unknown, before: Failure): Failure {
  if (before === undefined) return { error };
  const both = new Error("an error was suppressed during disposal");
  return { error: Object.assign(both, { name: "SuppressedError", error, suppressed: before.error }) };
}

export class SyncStack extends Stack<() => void> implements Disposable {
  readonly [Symbol.toStringTag] = "DisposableStack";

  use<T extends Disposable | null | undefined>(value: T): T {
    if (value !== null && value !== undefined) this.push(() => value[Symbol.dispose]());
    return value;
  }

  adopt<T>(value: T, release: (value: T) => void): T {
    this.push(() => release(value));
    return value;
  }

  defer(release: () => void): void {
    this.push(release);
  }

  move(): SyncStack {
    return this.moveTo(new SyncStack());
  }

  dispose(): void {
    let failure: Failure;
    for (const release of this.end()) {
      try {
        release();
      } catch (error) {
        failure = failedWith(error, failure);
      }
    }
    if (failure !== undefined) throw failure.error;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

export class AsyncStack extends Stack<() => void | PromiseLike<void>> implements AsyncDisposable {
  readonly [Symbol.toStringTag] = "AsyncDisposableStack";

  use<T extends AsyncDisposable | Disposable | null | undefined>(value: T): T {
    if (value === null || value === undefined) return value;
    this.push(() => (Symbol.asyncDispose in value ? value[Symbol.asyncDispose]() : value[Symbol.dispose]()));
    return value;
  }

  adopt<T>(value: T, release: (value: T) => void | PromiseLike<void>): T {
    this.push(() => release(value));
    return value;
  }

  defer(release: () => void | PromiseLike<void>): void {
    this.push(release);
  }

  move(): AsyncStack {
    return this.moveTo(new AsyncStack());
  }

  async disposeAsync(): Promise<void> {
    let failure: Failure;
    for (const release of this.end()) {
      try {
        await release();
      } catch (error) {
        failure = failedWith(error, failure);
      }
    }
    if (failure !== undefined) throw failure.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disposeAsync();
  }
}
