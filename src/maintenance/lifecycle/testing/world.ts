import { nodeView, someTime } from "../../../../test/support/cluster-view.ts";
import type { MaintenanceStatus } from "../../../api/maintenance.ts";
import type { NodeMaintenanceStatus } from "../../../api/node-maintenance.ts";
import { advance } from "../advance.ts";
import type { Facts, ObjectFacts } from "../facts.ts";
import { nodeMaintenanceStatusOf } from "../medik8s-status.ts";
import { stateOfNodeMaintenance } from "../medik8s-stored.ts";
import { maintenanceStatusOf } from "../status.ts";
import type { Advanced, Duty, LifecycleState, Notice } from "../state.ts";
import { stateOf } from "../stored.ts";
import { drainFacts, factsOf, objectFacts, passed } from "./facts.ts";

/**
 * A cluster as small as the lifecycle can see it, with one object, one node and a driver that does what the duties say, or fails to. Everything
 * in it may be changed at any time, by anybody.
 */
export class World {
  now = someTime;
  object: ObjectFacts;
  exists = true;
  node: { uid: string; ready: boolean; bootID: string } | undefined = { uid: "uid-1", ready: true, bootID: "boot-1" };
  /** Our holder in the record of the node with this uid; `intact`: and all that it asked for is there. */
  record: { readonly uid: string; intact: boolean } | undefined;
  leftCordoned = false;
  /** Somebody cordoned the node before us. */
  cordonedBefore = false;
  lease: "free" | "ours" | "others" = "free";
  /** The API answers no request for the lease. */
  leaseFails = false;
  pods = 2;
  arePodsStuck = false;
  refused = false;
  failing: readonly string[] = [];
  /** Requests of these kinds fail. */
  broken: ReadonlySet<Duty["do"]> = new Set();
  status: object | undefined;
  /** What a process remembers; a restart forgets it. */
  #memory: LifecycleState | undefined;
  #looked: { readonly generation: number; readonly begun: boolean } | undefined;
  #checked = false;
  #registered = 1;
  #pending: Notice[] = [];
  readonly told: Notice[] = [];
  /** Pods asked to go. */
  evictions = 0;

  constructor(face: ObjectFacts["face"]) {
    this.object = objectFacts({ face, isFinalizerOurs: false });
  }

  get stored(): LifecycleState | undefined {
    return this.object.face === "drydock"
      ? stateOf(this.status as MaintenanceStatus | undefined)
      : stateOfNodeMaintenance(this.status as NodeMaintenanceStatus | undefined);
  }

  edit(change: Partial<ObjectFacts>): void {
    this.object = { ...this.object, ...change, generation: this.object.generation + 1 };
  }

  /** A uid is never used twice: whoever registers again is another Node. */
  register(): void {
    this.#registered += 1;
    this.node ??= { uid: `uid-${this.#registered}`, ready: true, bootID: `boot-${this.#registered}` };
  }

  restart(): void {
    this.#memory = undefined;
    this.#looked = undefined;
    this.#checked = false;
    this.#pending = [];
  }

  facts(): Facts {
    const { node, record } = this;
    const isOurs = node !== undefined && record?.uid === node.uid;
    return factsOf({
      object: this.object,
      node: node === undefined ? "missing" : nodeView({ uid: node.uid, ready: node.ready, unschedulable: isOurs && record.intact }),
      machine: node === undefined ? undefined : { bootID: node.bootID, allocatable: { cpu: "4" } },
      hold: isOurs ? this.#holdFacts(record.intact) : { kind: "none" },
      lease: this.#leaseFacts(),
      drain: this.#drain(),
      checks: this.#checked
        ? { ...passed, failed: [...this.failing, ...(node?.ready === true ? [] : ["Ready"])].map((name) => ({ name, message: "no" })) }
        : undefined,
      now: this.now,
      serverNow: this.now,
      previous: this.#memory ?? this.stored,
    });
  }

  #holdFacts(isIntact: boolean): Facts["hold"] {
    if (!isIntact) return { kind: "drifted", gone: ["cordon"] };
    return { kind: "held", ...(this.cordonedBefore ? { foreignCordon: "kubectl" } : {}) };
  }

  #leaseFacts(): Facts["lease"] {
    if (this.leaseFails) return { kind: "failed", message: "no answer" };
    if (this.lease === "others") return { kind: "foreign", holder: "NodeHealthCheck-x", until: this.now + 600_000 };
    return this.lease === "ours" ? { kind: "held" } : { kind: "none" };
  }

  #drain(): Facts["drain"] {
    if (this.#looked === undefined) return undefined;
    const { generation, begun } = this.#looked;
    const how = !begun ? "unseen" : this.pods === 0 ? "settled" : this.arePodsStuck ? "stuck" : "moving";
    const seen = drainFacts(this.pods, how, generation);
    const finding = { code: "quorum-at-risk", severity: "fatal" as const, objects: [], args: {} };
    return this.refused ? { ...seen, refusals: [{ kind: "finding", finding }] } : seen;
  }

  /** Looks once, does what is due as far as it can be done, and writes and tells it if the API lets it. */
  pass(writes = true): { readonly facts: Facts; readonly advanced: Advanced } {
    const facts = this.facts();
    const advanced = advance(facts);
    this.#memory = advanced.state;
    for (const notice of advanced.notices) if (!this.#pending.some(({ key }) => key === notice.key)) this.#pending.push(notice);
    for (const duty of advanced.duties) if (!this.broken.has(duty.do)) this.#do(duty);
    if (writes) this.#write(facts, advanced);
    return { facts, advanced };
  }

  #write(facts: Facts, advanced: Advanced): void {
    const status =
      this.object.face === "drydock"
        ? maintenanceStatusOf(facts, advanced, this.status as MaintenanceStatus | undefined)
        : nodeMaintenanceStatusOf(facts, advanced, this.status as NodeMaintenanceStatus | undefined);
    if (status !== undefined) this.status = status;
    this.told.push(...this.#pending.splice(0));
  }

  #do(duty: Duty): void {
    switch (duty.do) {
      case "add-finalizer":
        this.object = { ...this.object, isFinalizerOurs: true };
        return;
      case "drop-finalizer":
        this.object = { ...this.object, isFinalizerOurs: false };
        if (this.object.deletedAt !== undefined) this.exists = false;
        return;
      case "keep-lease":
        if (this.lease === "free" && !this.leaseFails && this.node !== undefined) this.lease = "ours";
        return;
      case "release-lease":
        if (this.lease === "ours" && !this.leaseFails) this.lease = "free";
        return;
      case "hold":
        if (this.node !== undefined) this.record = { uid: this.node.uid, intact: true };
        return;
      case "release":
        this.record = undefined;
        this.leftCordoned = duty.how === "keep-out";
        return;
      case "evacuate":
        this.#looked = { generation: duty.generation, begun: duty.reach !== "nowhere" };
        if (duty.reach === "verdict" && this.pods > 0 && !this.arePodsStuck) {
          this.pods -= 1;
          this.evictions += 1;
        }
        return;
      case "run-return-checks":
        this.#checked = true;
        return;
      case "delete-object":
        this.object = { ...this.object, deletedAt: this.now };
        return;
      case "stop-evicting":
        return;
    }
  }
}
