import { expect, test } from "vitest";
import { kuredLocks } from "./kured.ts";

const created = "2026-01-01T00:00:00.123456789Z";
const at = Date.UTC(2026, 0, 1, 0, 0, 0, 123);

test.each([
  {
    what: "one owner",
    text: JSON.stringify({ nodeID: "a", metadata: { unschedulable: false }, created, TTL: 0 }),
    locks: [{ node: "a", since: at }],
  },
  {
    what: "with a TTL in nanoseconds",
    text: JSON.stringify({ nodeID: "a", created, TTL: 60e9 }),
    locks: [{ node: "a", since: at, until: at + 60_000 }],
  },
  {
    what: "several owners",
    text: JSON.stringify({
      maxOwners: 2,
      locks: [
        { nodeID: "a", created, TTL: 0 },
        { nodeID: "b", created, TTL: 0 },
      ],
    }),
    locks: [
      { node: "a", since: at },
      { node: "b", since: at },
    ],
  },
  { what: "a lock by hand, without a time", text: '{"nodeID":"manual"}', locks: [{ node: "manual" }] },
  { what: "none", text: undefined, locks: [] },
  { what: "no JSON", text: "{", locks: [] },
  { what: "no lock", text: "[1, null]", locks: [] },
])("reads kured's lock: $what", ({ text, locks }) => {
  expect(kuredLocks(text)).toEqual(locks);
});
