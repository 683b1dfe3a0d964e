import { describe, expect, test } from "vitest";
import { nodeView } from "../../test/support/cluster-view.ts";
import type { HeldRecord } from "../cluster/view/held-record.ts";
import { undoScript } from "./undo-script.ts";

const words = { version: "1.2.3", at: Date.UTC(2026, 0, 1), kubectl: "kubectl --context=prod" };
const jane = { kind: "command" as const, user: "jane", host: "laptop", since: "2026-01-01T00:00:00Z" };

function held(given: Partial<HeldRecord> = {}): HeldRecord {
  return { nodeUID: "uid-n", wasCordoned: false, added: ["spec.unschedulable=true"], holders: [jane], undo: [], ...given };
}

const script = (...nodes: Parameters<typeof undoScript>[0]): string => undoScript(nodes, words).join("\n");
/** What would be run, without comments. */
const commands = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");

describe("the undo script", () => {
  test("our cordon: a check of machine, state and record, then uncordon, then the record", () => {
    const text = script(nodeView({ unschedulable: true, held: held() }));
    expect(text).toContain("# node n: out for jane on laptop since 2026-01-01T00:00:00Z");
    expect(commands(text).split(" &&\n")).toEqual([
      expect.stringMatching(/^\s*kubectl --context=prod get node n -o jsonpath='.*' \| grep -Fqx 'uid-n true \{"nodeUID":"uid-n",.*\}'$/s),
      "  kubectl --context=prod uncordon n",
      expect.stringMatching(
        /^ {2}kubectl --context=prod annotate node n drydock\.dev\/held- \|\|\n {2}\{ echo 'n: not as it was.*' >&2; false; \}$/,
      ),
    ]);
  });

  test("another's cordon is not lifted", () => {
    const text = script(nodeView({ unschedulable: true, held: held({ wasCordoned: true, added: [] }) }));
    expect(commands(text)).not.toContain("uncordon");
    expect(text).toContain("# no uncordon: the cordon was there before Drydock came");
  });

  test("of the taints only ours, each after a check of its value", () => {
    const ours = { key: "runai", value: "drain", effect: "NoExecute" };
    const added = ["runai=drain:NoExecute", "gone:NoSchedule"];
    const text = script(nodeView({ taints: [ours, { key: "team", value: "night", effect: "NoSchedule" }], held: held({ added }) }));
    expect(commands(text)).toContain(
      "grep -Fqx runai=drain:NoExecute &&\n  kubectl --context=prod taint nodes n runai=drain:NoExecute- &&",
    );
    expect(commands(text)).not.toContain("team");
    expect(text).toContain("# gone:NoSchedule was added by Drydock and is gone already");
  });

  test("a label and an annotation get back what they had, or go, each after a check of its value", () => {
    const exclude = "remediation.medik8s.io/exclude-from-remediation";
    const added = ["spec.unschedulable=true", `label:${exclude}=true`, "annotation:karpenter.sh/do-not-disrupt=true", "label:zone=b"];
    const before = { annotations: { "karpenter.sh/do-not-disrupt": "it's false" } };
    const node = nodeView({
      unschedulable: true,
      labels: { [exclude]: "true", zone: "theirs" },
      annotations: { "karpenter.sh/do-not-disrupt": "true" },
      held: held({ added, before }),
    });
    const text = script(node);
    expect(commands(text).split(" &&\n").slice(1, 5)).toEqual([
      String.raw`  kubectl --context=prod get node n -o jsonpath='={.metadata.labels.remediation\.medik8s\.io/exclude-from-remediation}' | grep -Fqx =true`,
      `  kubectl --context=prod label node n ${exclude}-`,
      String.raw`  kubectl --context=prod get node n -o jsonpath='={.metadata.annotations.karpenter\.sh/do-not-disrupt}' | grep -Fqx =true`,
      `  kubectl --context=prod annotate --overwrite node n 'karpenter.sh/do-not-disrupt=it'\\''s false'`,
    ]);
    expect(commands(text)).not.toContain("zone-");
    expect(text).toContain("# label:zone=b was added by Drydock and is gone already");
  });

  test("the taint of the cordon goes with the cordon, without a line of its own", () => {
    const mirror = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
    const added = ["spec.unschedulable=true", "node.kubernetes.io/unschedulable:NoSchedule"];
    expect(script(nodeView({ unschedulable: true, taints: [mirror], held: held({ added }) }))).not.toContain(
      "kubectl --context=prod taint",
    );
  });

  test("an object that holds the node is named as kubectl names it", () => {
    const holders = [{ kind: "NodeMaintenance" as const, name: "rack-7", uid: "nm1", since: "2026-01-01T00:00:00Z" }];
    expect(script(nodeView({ unschedulable: true, held: held({ holders }) }))).toContain("# node n: out for nodemaintenance/rack-7 since");
  });

  test("a void record goes alone; one that cannot be read is left", () => {
    const gone = script(nodeView({ held: held() }));
    expect(commands(gone)).not.toContain("uncordon");
    expect(commands(gone)).toContain("annotate node n drydock.dev/held-");
    expect(commands(script(nodeView({ held: "unreadable" }))).trim()).toBe("");
  });

  test("nodes that are not ours are left out, and nothing to do is said", () => {
    expect(script(nodeView({ unschedulable: true }))).toMatch(/^# no node carries a record of Drydock/);
  });

  test("what it does not take back is said", () => {
    const undo = [{ step: "scale", target: "deployment shop/web", inverse: { replicas: 2 }, state: "done" as const }];
    expect(script(nodeView({ unschedulable: true, held: held({ undo }) }))).toContain(
      "# not taken back here: scale of deployment shop/web",
    );
  });

  test("an interactive zsh, which runs comments as commands, reads nothing in them; names are quoted for the shell", () => {
    const holders = [{ ...jane, user: "o'hara $(reboot) `id` !x; rm -rf / & <a>|" }];
    const text = script(nodeView({ unschedulable: true, held: held({ holders }) }));
    for (const line of text.split("\n").filter((one) => one.startsWith("#"))) expect(line).toMatch(/^# [\w@.:/=+, -]*$/);
    expect(text).toContain(`"user":"o'\\''hara`);
  });
});
