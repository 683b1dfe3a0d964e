import { describe, expect, test } from "vitest";
import type { Destination, Whereabouts } from "../maintenance/destination.ts";
import { parseTime } from "../kube/time.ts";
import { destinationDocument } from "./destination-document.ts";
import { destinationLines } from "./destination-lines.ts";
import { textOf } from "./line.ts";

const at = parseTime("2026-01-05T09:00:00Z") ?? 0;
const workload = (name: string, ...where: Whereabouts[]): Destination => ({
  namespace: "shop",
  kind: "Deployment",
  name,
  pods: where.map((one, i) => ({
    moved: { namespace: "shop", name: `${name}-old-${i}`, uid: `o${i}` },
    ...("node" in one ? { by: { namespace: "shop", name: `${name}-new-${i}`, uid: `n${i}` } } : {}),
    where: one,
  })),
});
const running = (node: string): Whereabouts => ({ kind: "running", node });
const textsOf = (...destinations: Destination[]): readonly string[] => destinationLines(destinations).map(textOf);

describe("where the workloads went", () => {
  test("is a row for each workload and state, what needs somebody first", () => {
    const lines = textsOf(
      workload("web", running("n2"), running("n2"), running("n3")),
      workload("api", { kind: "starting", node: "n2", since: at }),
      workload("db", { kind: "pending", since: at, message: "0/3 nodes are available:\n 3 Insufficient cpu." }, running("n3")),
      workload("once", { kind: "not-replaced", why: "job-over", message: "Complete" }),
      workload("odd", { kind: "unknown", why: "not-watched" }),
    );
    expect(lines).toEqual([
      "  WORKLOAD              PODS  NOW",
      "  Deployment shop/db    1     Pending since 2026-01-05T09:00:00Z: 0/3 nodes are available: 3 Insufficient cpu.",
      "  Deployment shop/once  1     not replaced: its Job is over (Complete)",
      "  Deployment shop/odd   1     unknown: the pods of its controller are not watched",
      "  Deployment shop/api   1     starting on n2",
      "  Deployment shop/db    1     Running on n3",
      "  Deployment shop/web   3     Running on n2 (2), n3",
    ]);
  });

  test("of pods that wait for the same the longest wait is told", () => {
    const [, row] = textsOf(
      workload("db", { kind: "pending", since: at + 60_000, message: "no room" }, { kind: "pending", since: at, message: "no room" }),
    );
    expect(row).toBe("  Deployment shop/db  2     Pending since 2026-01-05T09:00:00Z: no room");
  });

  test("of many is summed up, and what needs somebody stays", () => {
    const many = Array.from({ length: 40 }, (_, i) => workload(`w${String(i).padStart(2, "0")}`, running("n2")));
    const lines = textsOf(...many, workload("zz", { kind: "not-replaced", why: "refused", message: "exceeded quota" }));
    expect(lines).toHaveLength(22);
    expect(lines[1]).toContain("exceeded quota");
    expect(lines.at(-1)).toBe("  … and 21 rows more, all Running; all of them with -o json");
  });

  test("says nothing where nothing was moved", () => {
    expect(textsOf()).toEqual([]);
  });

  test("is told to programs pod by pod", () => {
    expect(destinationDocument(workload("web", running("n2"), { kind: "not-replaced", why: "no-controller" }))).toEqual({
      namespace: "shop",
      kind: "Deployment",
      name: "web",
      pods: [
        { moved: "shop/web-old-0", by: "shop/web-new-0", state: "running", node: "n2", since: null, reason: null, message: "Running" },
        {
          moved: "shop/web-old-1",
          by: null,
          state: "not-replaced",
          node: null,
          since: null,
          reason: "no-controller",
          message: "not replaced: nothing manages it, so nothing starts it again",
        },
      ],
    });
  });
});
