import { expect, test } from "vitest";
import { fitTable } from "./fit-table.ts";

const head = ["POD", "WHAT", "WHY"];
const rows = [
  ["web-1", "evict", "ReplicaSet/web replaces it elsewhere"],
  ["db-0", "ask", "the budget db needs 1 of 1 pods healthy: it can never allow one to go"],
];

test("whole where it fits", () => {
  expect(fitTable(head, rows, 100)).toEqual([
    "POD    WHAT   WHY",
    "web-1  evict  ReplicaSet/web replaces it elsewhere",
    "db-0   ask    the budget db needs 1 of 1 pods healthy: it can never allow one to go",
  ]);
});

test("else the sentence goes on in its column", () => {
  expect(fitTable(head, rows, 50)).toEqual([
    "POD    WHAT   WHY",
    "web-1  evict  ReplicaSet/web replaces it elsewhere",
    "db-0   ask    the budget db needs 1 of 1 pods",
    "              healthy: it can never allow one to",
    "              go",
  ]);
});

test("else it stands under its row; and the narrowest have the columns one behind the other", () => {
  expect(fitTable(head, rows, 30)).toEqual([
    "POD    WHAT",
    "web-1  evict",
    "    ReplicaSet/web replaces it",
    "    elsewhere",
    "db-0   ask",
    "    the budget db needs 1 of 1",
    "    pods healthy: it can never",
    "    allow one to go",
  ]);
  expect(fitTable(head, rows.slice(0, 1), 8)[0]).toBe("web-1");
});
