/** Whether the machine came up with what it was running, or from its very beginning: a new bootID, and every container anew. */
export type Return = "same-boot" | "rebooted";

export type MachineListener = (node: string, how: "died" | Return) => void;

/** Which machines run. A node is the API's opinion of a machine, and learns of its death only after a while. */
export class Machines {
  readonly #dead = new Set<string>();
  /** How often each was booted since it was first seen. */
  readonly #reboots = new Map<string, number>();
  readonly #listeners: MachineListener[] = [];

  isAlive(node: string): boolean {
    return !this.#dead.has(node);
  }

  /** `status.nodeInfo.bootID` as its kubelet reports it. */
  bootOf(node: string): string {
    const reboots = this.#reboots.get(node) ?? 0;
    return reboots === 0 ? `boot-${node}` : `boot-${node}-${reboots + 1}`;
  }

  kill(node: string): void {
    if (this.#dead.has(node)) return;
    this.#dead.add(node);
    this.#tell(node, "died");
  }

  /** Nothing happens where it runs already. */
  revive(node: string, how: Return = "same-boot"): void {
    if (!this.#dead.delete(node)) return;
    if (how === "rebooted") this.#reboots.set(node, (this.#reboots.get(node) ?? 0) + 1);
    this.#tell(node, how);
  }

  onChange(listener: MachineListener): void {
    this.#listeners.push(listener);
  }

  #tell(node: string, how: "died" | Return): void {
    for (const listener of this.#listeners) listener(node, how);
  }
}
