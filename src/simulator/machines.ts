/** Which machines run. A node is the API's opinion of a machine, and learns of its death only after a while. */
export class Machines {
  readonly #dead = new Set<string>();
  readonly #listeners: ((node: string) => void)[] = [];

  isAlive(node: string): boolean {
    return !this.#dead.has(node);
  }

  kill(node: string): void {
    if (this.#dead.has(node)) return;
    this.#dead.add(node);
    for (const listener of this.#listeners) listener(node);
  }

  revive(node: string): void {
    if (!this.#dead.delete(node)) return;
    for (const listener of this.#listeners) listener(node);
  }

  onChange(listener: (node: string) => void): void {
    this.#listeners.push(listener);
  }
}
