import { describe, expect, test } from "vitest";
import type { HolderFact } from "./facts.ts";
import type { AdmissionReads } from "./gather.ts";
import { settledTurn } from "../../runtime/event-loop.ts";
import { readsForMany } from "./reads-for-many.ts";

const never = new AbortController().signal;
const holder = (name: string): HolderFact => ({ name, nodeName: "n", deleting: false });

/** Reads of maintenances that end when told to, each with its number. */
function scene() {
  const begun: PromiseWithResolvers<readonly HolderFact[]>[] = [];
  const maintenances = (): Promise<readonly HolderFact[]> => {
    const read = Promise.withResolvers<readonly HolderFact[]>();
    begun.push(read);
    return read.promise;
  };
  const reads = readsForMany({ maintenances } as unknown as AdmissionReads, never);
  const end = async (): Promise<void> => {
    begun.at(-1)?.resolve([holder(`read ${begun.length}`)]);
    await settledTurn();
  };
  return { begun, reads, end };
}

describe("fifty who ask at once", () => {
  test("share one read beside the first one's, which began before they asked", async () => {
    const { begun, reads, end } = scene();
    const first = reads.maintenances(never);
    const others = Array.from({ length: 49 }, () => reads.maintenances(never));
    expect(begun).toHaveLength(1);
    await end();
    expect(begun).toHaveLength(2);
    await end();
    expect(await first).toEqual([holder("read 1")]);
    for (const each of await Promise.all(others)) expect(each).toEqual([holder("read 2")]);
    expect(begun).toHaveLength(2);
  });

  test("are told of a failure, and who asks after it is answered anew", async () => {
    const { begun, reads, end } = scene();
    const first = reads.maintenances(never);
    begun[0]?.reject(new Error("gone"));
    await expect(first).rejects.toThrow("gone");
    const again = reads.maintenances(never);
    await end();
    expect(await again).toEqual([holder("read 2")]);
  });

  test("stop waiting one by one", async () => {
    const { reads, end } = scene();
    const stop = new AbortController();
    const [impatient, patient] = [reads.maintenances(stop.signal), reads.maintenances(never)];
    stop.abort(new Error("no time"));
    await expect(impatient).rejects.toThrow("no time");
    await end();
    await end();
    expect(await patient).toEqual([holder("read 2")]);
  });
});
