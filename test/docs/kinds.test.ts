import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readPage } from "../../scripts/docs/pages.ts";
import { readDrainWishes } from "../../src/maintenance/drain-wishes.ts";
import { maintenances } from "../../src/api/maintenance.ts";
import { nodeMaintenances } from "../../src/api/node-maintenance.ts";
import { maintenanceSpec } from "../../src/api/schema/maintenance.ts";
import { nodeMaintenanceSpec } from "../../src/api/schema/node-maintenance.ts";
import { apiVersionOf } from "../../src/kube/resource.ts";
import { blocksOf } from "./markdown.ts";

interface Example {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
}

const examples = (page: string): readonly Example[] =>
  blocksOf(readPage(page)).flatMap(({ language, text }) => (language === "yaml" ? [parse(text) as Example] : []));

describe("examples of objects are such objects", () => {
  test("Maintenance", () => {
    const found = examples("docs/kinds/maintenance.md");
    expect(found).not.toEqual([]);
    for (const { apiVersion, kind, spec } of found) {
      expect([apiVersion, kind]).toEqual([apiVersionOf(maintenances), maintenances.kind]);
      const read = maintenanceSpec.parse(spec);
      // What the schema does not know would be pruned, and so be missing here.
      expect(read).toEqual({ desired: "Out", ...spec });
      expect(readDrainWishes(read).kind).toBe("read");
    }
  });

  test("NodeMaintenance", () => {
    const found = examples("docs/kinds/node-maintenance.md");
    expect(found).not.toEqual([]);
    for (const { apiVersion, kind, spec } of found) {
      expect([apiVersion, kind]).toEqual([apiVersionOf(nodeMaintenances), nodeMaintenances.kind]);
      expect(nodeMaintenanceSpec.parse(spec)).toEqual(spec);
    }
  });
});
