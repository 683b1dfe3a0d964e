import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { Bundle, BundleOptions } from "../../operator/support/bundle.ts";
import { fakeWorld } from "../testing/fake-world.ts";

function worldWhere(bundle: Bundle) {
  const asked: BundleOptions[] = [];
  const supportBundle = async (_: unknown, o: BundleOptions): Promise<Bundle> => {
    asked.push(o);
    return await Promise.resolve(bundle);
  };
  return { world: fakeWorld({ parts: { supportBundle } }), asked };
}

const bundle: Bundle = { files: [{ name: "README.txt", text: "hello\n" }], notRead: [], logs: 0 };

test("it writes one file, whose name alone is on stdout", async () => {
  const { world, asked } = worldWhere(bundle);
  expect(await world.run("support-bundle", "-n", "tools")).toBe(0);
  const file = "drydock-support-2026-01-05T09-00-00Z.tar.gz";
  expect(world.out.written).toBe(`${file}\n`);
  expect(asked).toMatchObject([{ namespace: "tools", version: "1.2.3" }]);
  const archive = gunzipSync(world.bytesWritten.get(file) ?? new Uint8Array()).toString("utf8");
  expect(archive).toContain("drydock-support-2026-01-05T09-00-00Z/README.txt");
  expect(archive).toContain("hello\n");
});

test("what could not be read is named, and shows in the exit code", async () => {
  const { world } = worldWhere({ ...bundle, notRead: [{ resource: "leases.coordination.k8s.io", why: "forbidden" }] });
  expect(await world.run("support-bundle", "--file", "b.tgz", "-q")).toBe(6);
  expect(world.err.written).toBe("Warning: not in it: leases.coordination.k8s.io (forbidden)\n");
  expect([...world.bytesWritten.keys()]).toEqual(["b.tgz"]);
});

test("how many logs are in it is said, and where there are none the way to them", async () => {
  const { world } = worldWhere({ ...bundle, logs: 2 });
  await world.run("support-bundle");
  expect(world.err.written).toContain("1 file, of which 2 logs; no Secret was read.");
  const { world: without } = worldWhere(bundle);
  await without.run("support-bundle");
  expect(without.err.written).toContain("no log; no Secret was read.");
  expect(without.err.written).toContain("→ README.txt in the bundle has the lines that add the operator's logs");
});

test("to stdout goes the bundle and nothing else; to a terminal it does not go", async () => {
  const { world } = worldWhere(bundle);
  expect(await world.run("support-bundle", "--file", "-")).toBe(0);
  expect(gunzipSync(world.bytesWritten.get("-") ?? new Uint8Array()).toString("utf8")).toContain("hello\n");
  expect(world.out.written).toBe("");
  const screen = fakeWorld({ stdoutIsTTY: true });
  expect(await screen.run("support-bundle", "--file=-")).toBe(4);
  expect(screen.err.written).toContain("drydock support-bundle --file=- > drydock-support-2026-01-05T09-00-00Z.tar.gz");
});

test("a file that cannot be written is said with a way on", async () => {
  const { world } = worldWhere(bundle);
  expect(await world.run("support-bundle", "--file=/nowhere/b.tgz")).toBe(4);
  expect(world.err.written).toContain("cannot write /nowhere/b.tgz");
});
