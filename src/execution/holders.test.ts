import fc from "fast-check";
import { expect, test } from "vitest";
import { driftOf } from "../cluster/view/drift.ts";
import { heldAnnotation } from "../cluster/view/held-record.ts";
import { type Holder, isSameHolder } from "../cluster/view/holder.ts";
import type { Taint } from "../kube/node.ts";
import type { Patch } from "../kube/patch.ts";
import { formatTaint } from "../kube/taint-spec.ts";
import { formatTime, parseTime } from "../kube/time.ts";
import { autoscalerAnnotations, excludeFromRemediation, objectWish, type Wish } from "../plan/wish.ts";
import { planHold } from "./hold.ts";
import { planLift } from "./lift.ts";
import { planLeave, planRelease } from "./release.ts";
import { planTaint } from "./taint.ts";
import { type Edit, type Face, Machine, sorted } from "./testing/machine.ts";

const since = "2026-01-01T00:00:00Z";
const start = parseTime(since) ?? 0;
const [scaleDown = ""] = autoscalerAnnotations;
const runai: Taint = { key: "runai", value: "drain", effect: "NoExecute" };
const own: Taint = { key: "drydock.dev/out", value: "a", effect: "NoSchedule" };
const medik8s: Taint = { key: "medik8s.io/drain", effect: "NoSchedule" };

const everyone: readonly Holder[] = [
  { kind: "command", user: "jane", host: "laptop", since },
  { kind: "command", user: "joe", host: "bastion", since },
  { kind: "Maintenance", name: "rack-7", uid: "m1", since },
  { kind: "Maintenance", name: "kernel", uid: "m2", since },
  { kind: "NodeMaintenance", name: "rack-7", uid: "nm1", since },
];

const plain = objectWish({ keepFromAutoscalers: true, medik8sTaints: false, excludeFromRemediation: false });
const full = objectWish({ keepFromAutoscalers: true, medik8sTaints: true, excludeFromRemediation: true });
const wishes: readonly Wish[] = [
  plain,
  full,
  { ...plain, taints: [own], labels: { zone: "a" }, replaces: [...plain.replaces, "zone"] },
  { ...full, taints: [{ ...own, value: "b" }], labels: { zone: "b" }, annotations: { note: "ours" } },
];

type Move =
  | { readonly do: "hold" | "keep-out" | "release" | "taint" | "lift"; readonly who: Holder; readonly wish: Wish }
  | { readonly do: "edit"; readonly edit: Edit }
  | { readonly do: "replace"; readonly copied: boolean };

const value = fc.constantFrom("true", "false", "a", "b", undefined);
const taint = fc.constantFrom<Taint>(own, { ...own, value: "theirs" }, runai, medik8s, {
  key: "team",
  value: "night",
  effect: "NoSchedule",
});
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.constantFrom<Edit>({ kind: "cordon" }, { kind: "uncordon" }),
  fc.record({ kind: fc.constantFrom("taint" as const, "untaint" as const), taint }),
  fc.record({ kind: fc.constant("label" as const), key: fc.constantFrom(excludeFromRemediation, "zone", "team"), value }),
  fc.record({ kind: fc.constant("annotation" as const), key: fc.constantFrom(scaleDown, "note"), value }),
);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 8, arbitrary: ours("hold", "hold", "hold", "release", "taint", "keep-out", "lift") },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("edit" as const), edit }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replace" as const), copied: fc.boolean() }) },
);

function ours(...kinds: readonly ("hold" | "keep-out" | "release" | "taint" | "lift")[]): fc.Arbitrary<Move> {
  return fc.record({ do: fc.constantFrom(...kinds), who: fc.constantFrom(...everyone), wish: fc.constantFrom(...wishes) });
}

const prior: fc.Arbitrary<Face> = fc.record({
  unschedulable: fc.boolean(),
  taints: fc.uniqueArray(taint, { selector: ({ key, effect }) => `${key}:${effect}` }),
  labels: fc.dictionary(fc.constantFrom(excludeFromRemediation, "zone", "team"), fc.constantFrom("true", "false", "a")),
  annotations: fc.dictionary(fc.constantFrom(scaleDown, "note"), fc.constantFrom("true", "false", "theirs")),
});

/** Plays the moves; every write of ours is looked at. */
class Play {
  readonly machine: Machine;
  #second = 0;
  #machines = 1;

  constructor(face: Face) {
    this.machine = new Machine("uid-1", face);
  }

  play(move: Move): void {
    this.#second += 1;
    if (move.do === "edit") this.machine.edit(move.edit);
    else if (move.do === "replace") this.machine.replace(`uid-${(this.#machines += 1)}`, move.copied);
    else this.#ours(move);
  }

  /** By a person's order nobody holds it any more, nor is it kept out. */
  returned(): void {
    this.#write(planRelease(this.machine.view(), "everyone"));
  }

  get now(): string {
    return formatTime(start + this.#second * 1000);
  }

  #ours({ do: what, who, wish }: Extract<Move, { readonly who: Holder }>): void {
    const { node } = this.machine;
    const view = this.machine.view(Object.keys(wish.annotations));
    const by = { ...who, since: this.now };
    switch (what) {
      case "hold":
        return this.#write(planHold(view, by, who.kind === "command" ? {} : { wish, reassertedAt: this.now }));
      case "taint":
        if (who.kind !== "command") return;
        return this.#write(planTaint(node, { changes: { add: [runai], remove: [] }, present: "keep", holder: by }));
      case "release":
        return this.#write(planRelease(view, by));
      case "keep-out":
        return this.#write(planLeave(view, by, this.now));
      case "lift":
        this.#write(planLift(view, by), true);
        this.machine.other = { ...this.machine.other, unschedulable: false, taints: this.#withoutMirror() };
    }
  }

  #withoutMirror(): readonly Taint[] {
    return this.machine.other.taints.filter(({ key }) => key !== "node.kubernetes.io/unschedulable");
  }

  #write(plan: object & { readonly patch?: Patch | undefined }, isPersons = false): void {
    if (plan.patch === undefined) return;
    const { face: before, other } = this.machine;
    this.machine.write(plan.patch);
    expect(lost(before, this.machine.face, other, isPersons)).toEqual([]);
  }
}

/** What is not ours and went with a write of ours. */
function lost(before: Face, after: Face, other: Face, isPersons: boolean): readonly string[] {
  const foreign = new Set(other.taints.map(formatTaint));
  const kept = new Set(after.taints.map(formatTaint));
  const isMirror = (text: string): boolean => text.startsWith("node.kubernetes.io/unschedulable");
  const taints = before.taints.map(formatTaint).filter((text) => foreign.has(text) && !kept.has(text) && !(isPersons && isMirror(text)));
  const replaced = new Set(wishes.flatMap(({ replaces }) => replaces));
  const marks = (["labels", "annotations"] as const).flatMap((map) =>
    Object.keys(before[map]).filter(
      (key) =>
        before[map][key] === other[map][key] &&
        after[map][key] !== before[map][key] &&
        !(replaced.has(key) && after[map][key] !== undefined),
    ),
  );
  const cordon = before.unschedulable && other.unschedulable && !after.unschedulable && !isPersons ? ["cordon"] : [];
  return [...taints, ...marks, ...cordon];
}

test("whoever comes and goes, whatever others change meanwhile: nothing foreign is lifted, and after the last the node is as it would be without us", () => {
  fc.assert(
    fc.property(
      prior,
      fc.array(move, { maxLength: 24 }),
      fc.shuffledSubarray([...everyone], { minLength: 5 }),
      fc.boolean(),
      (face, moves, leaving, atOnce) => {
        const play = new Play(face);
        for (const each of moves) play.play(each);
        if (atOnce) play.returned();
        else for (const who of leaving) play.play({ do: "release", who, wish: plain });
        const [anybody] = everyone;
        const { held } = play.machine.view();
        // Somebody had wanted it kept out: then a person ends that.
        if (typeof held === "object" && held.leftBy !== undefined && anybody !== undefined)
          play.play({ do: "lift", who: anybody, wish: plain });
        expect(sorted(play.machine.face)).toBe(sorted(play.machine.other));
        expect(play.machine.node.metadata.annotations?.[heldAnnotation]).toBeUndefined();
      },
    ),
    { numRuns: 2_000 },
  );
});

test("whoever holds the node has what it wants, or is told what stands in the way; to ask again writes nothing", () => {
  fc.assert(
    fc.property(
      prior,
      fc.array(move, { maxLength: 16 }),
      fc.constantFrom(...everyone.slice(2)),
      fc.constantFrom(...wishes),
      (face, moves, who, wish) => {
        const play = new Play(face);
        for (const each of moves) play.play(each);
        play.play({ do: "hold", who, wish });
        const view = play.machine.view(Object.keys(wish.annotations));
        const { face: now } = play.machine;
        const again = planHold(view, who, { wish, reassertedAt: play.now });
        expect(again.kind).toBe("held");
        const unmet = new Set(again.kind === "held" ? again.unmet.map(({ entry }) => entry) : []);
        expect(now.unschedulable).toBe(true);
        for (const wanted of wish.taints)
          expect(now.taints.some((each) => formatTaint(each) === formatTaint(wanted)) || unmet.has(formatTaint(wanted))).toBe(true);
        for (const [key, wanted] of Object.entries(wish.labels))
          expect(now.labels[key] === wanted || unmet.has(`label:${key}=${wanted}`)).toBe(true);
        for (const [key, wanted] of Object.entries(wish.annotations))
          expect(now.annotations[key] === wanted || unmet.has(`annotation:${key}=${wanted}`)).toBe(true);
        const { held } = view;
        expect(typeof held === "object" && held.holders.some((other) => isSameHolder(other, who))).toBe(true);
        expect(driftOf(view, held, who, start).kind).toBe("none");
      },
    ),
    { numRuns: 1_000 },
  );
});
