/** A map whose copies are cheap: a value is copied only when it is first changed after a copy was made, on either side. */
export class CopyOnWrite<V> {
  readonly #values: Map<string, V>;
  readonly #copyOf: (value: V) => V;
  readonly #own = new Set<string>();

  constructor(copyOf: (value: V) => V, values = new Map<string, V>()) {
    this.#values = values;
    this.#copyOf = copyOf;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  values(): Iterable<V> {
    return this.#values.values();
  }

  /** The value for changing; made by `initial` where there is none. */
  change(key: string, initial: () => V): V {
    const before = this.#values.get(key);
    if (before !== undefined && this.#own.has(key)) return before;
    const value = before === undefined ? initial() : this.#copyOf(before);
    this.#values.set(key, value);
    this.#own.add(key);
    return value;
  }

  fork(): CopyOnWrite<V> {
    this.#own.clear();
    return new CopyOnWrite(this.#copyOf, new Map(this.#values));
  }
}
