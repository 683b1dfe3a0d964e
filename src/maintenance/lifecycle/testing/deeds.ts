import fc from "fast-check";
import type { Duty } from "../state.ts";
import type { World } from "./world.ts";

/** What anybody may do to a maintenance, its node and its operator. */
export interface Deed {
  readonly name: string;
  readonly do: (world: World) => void;
}

const deed = (name: string, run: Deed["do"]): fc.Arbitrary<Deed> => fc.constant({ name, do: run });
const deedWith = <A>(name: string, arbitrary: fc.Arbitrary<A>, run: (world: World, given: A) => void): fc.Arbitrary<Deed> =>
  arbitrary.map((given) => ({ name: `${name}(${JSON.stringify(given)})`, do: (world) => run(world, given) }));

const onlyDrydock =
  (run: Deed["do"]): Deed["do"] =>
  (world) => {
    if (world.object.face === "drydock") run(world);
  };
const edited = (change: Parameters<World["edit"]>[0]): Deed["do"] => onlyDrydock((world) => world.edit(change));

const pass = deedWith(
  "pass",
  fc.record({ ms: fc.constantFrom(1, 400, 1_000, 5_000, 61_000), writes: fc.boolean() }),
  (world, { ms, writes }) => {
    world.now += ms;
    world.pass(writes);
  },
);

const persons = [
  deed("pause", edited({ paused: true })),
  deed("resume", edited({ paused: false })),
  deed("want in", edited({ desired: "In" })),
  deed("cancel", edited({ cancelled: true })),
  deed(
    "retry",
    onlyDrydock((world) => world.edit({ retryRequest: Math.floor(world.now / 1000) * 1000 })),
  ),
  deed("cordon only", edited({ cordonOnly: true })),
  deed("empty it", edited({ cordonOnly: false })),
  deed("power off", edited({ powerOff: "Manual" })),
  deed("hold back", edited({ holdUntilReleased: true })),
  deed("release", edited({ holdUntilReleased: false })),
  deed("timeout", edited({ timeout: 30_000, checksTimeout: 30_000 })),
  deed("no timeout", edited({ timeout: undefined, checksTimeout: undefined })),
  deed("keep out", edited({ onDelete: "KeepOut" })),
  deedWith(
    "hook",
    fc.constantFrom("beforeDrain" as const, "afterDrain" as const, "beforeReturn" as const, "afterReturn" as const),
    (world, hook) => {
      world.object = { ...world.object, hooks: { ...world.object.hooks, [hook]: [["backup", "storage team"]] } };
    },
  ),
  deed("hooks clear", clearHooks),
  deed("delete", (world) => {
    world.object = { ...world.object, deletedAt: world.object.deletedAt ?? world.now };
  }),
  deed("take our finalizer", (world) => {
    if (world.object.deletedAt === undefined) world.object = { ...world.object, isFinalizerOurs: false };
  }),
];

const machines = [
  deed("node goes", (world) => void (world.node = undefined)),
  deed("node registers", (world) => world.register()),
  deed("node is silent", (world) => void (world.node = world.node && { ...world.node, ready: false })),
  deed("node boots", (world) => void (world.node = world.node && { ...world.node, ready: true, bootID: `${world.node.bootID}+` })),
  deed("uncordon", (world) => void (world.record = world.record && { ...world.record, intact: false })),
  deed("remove the record", (world) => void (world.record = undefined)),
  deedWith("cordoned before", fc.boolean(), (world, before) => void (world.cordonedBefore = before)),
  deed("pods come", (world) => void (world.pods += 1)),
  deedWith("pods stuck", fc.boolean(), (world, stuck) => void (world.arePodsStuck = stuck)),
  deedWith("refused", fc.boolean(), (world, refused) => void (world.refused = refused)),
  deedWith("failing checks", fc.subarray(["DaemonSets", "Allocatable"]), (world, failing) => void (world.failing = failing)),
];

const servers = [
  deedWith("lease", fc.constantFrom("free" as const, "others" as const), (world, lease) => void (world.lease = lease)),
  deedWith("lease fails", fc.boolean(), (world, fails) => void (world.leaseFails = fails)),
  deedWith(
    "broken",
    fc.subarray<Duty["do"]>(["add-finalizer", "hold", "release", "release-lease", "drop-finalizer", "evacuate"]),
    (world, broken) => {
      world.broken = new Set(broken);
    },
  ),
  deed("mend", (world) => void (world.broken = new Set())),
  deed("restart", (world) => world.restart()),
];

export const deeds = fc.array(
  fc.oneof({ weight: 3, arbitrary: pass }, { weight: 1, arbitrary: fc.oneof(...persons, ...machines, ...servers) }),
  {
    maxLength: 60,
    size: "max",
  },
);

function clearHooks(world: World): void {
  world.object = { ...world.object, hooks: { beforeDrain: [], afterDrain: [], beforeReturn: [], afterReturn: [] } };
}

/** Whatever a person or the cluster must do for a maintenance to go on, is done. */
export function heal(world: World): void {
  world.broken = new Set();
  world.leaseFails = false;
  if (world.lease === "others") world.lease = "free";
  world.register();
  world.node = world.node && { ...world.node, ready: true };
  world.arePodsStuck = false;
  world.refused = false;
  world.failing = [];
  world.edit({ paused: false, holdUntilReleased: false, timeout: undefined, checksTimeout: undefined });
  clearHooks(world);
}
