import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { MachOError, signMachO } from "../../scripts/package/sign-mach-o.ts";

const textSize = 0x4000;

interface Shape {
  /** Between the last load command and the first section. */
  readonly room?: number;
  readonly linkEdit?: number;
  readonly segments?: readonly string[];
}

/** A program as small as one can be: a page of code, and `linkEdit` bytes for the linker. */
function program({ room = 64, linkEdit = 1_003, segments = ["__TEXT", "__LINKEDIT"] }: Shape = {}): Buffer {
  const commands = Buffer.concat(
    segments.map((name, index) => {
      const isText = name === "__TEXT";
      const command = Buffer.alloc(isText ? 152 : 72);
      command.writeUInt32LE(0x19, 0);
      command.writeUInt32LE(command.length, 4);
      command.write(name, 8, "latin1");
      command.writeBigUInt64LE(BigInt(index * textSize), 40);
      command.writeBigUInt64LE(BigInt(isText ? textSize : linkEdit), 48);
      if (isText) command.writeUInt32LE(1, 64);
      return command;
    }),
  );
  if (segments[0] === "__TEXT") commands.writeUInt32LE(32 + commands.length + room, 72 + 48);
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(segments.length, 16);
  header.writeUInt32LE(commands.length, 20);
  const file = Buffer.alloc((segments.length - 1) * textSize + linkEdit, 0x5a);
  file.fill(0, 0, 32 + commands.length + room);
  file.set(header);
  file.set(commands, 32);
  return file;
}

interface Signature {
  readonly start: number;
  readonly size: number;
  readonly identifier: string;
  readonly flags: number;
  readonly codeLimit: number;
  readonly text: readonly [offset: bigint, size: bigint];
  /** Of each page: whether its hash is the one kept. */
  readonly fits: readonly boolean[];
}

/** Reads a signature as the kernel of macOS does. */
function signatureOf(file: Buffer): Signature {
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0 && file.readUInt32LE(at) !== 0x1d; left--) at += file.readUInt32LE(at + 4);
  expect(file.readUInt32LE(at)).toBe(0x1d);
  const [start, size] = [file.readUInt32LE(at + 8), file.readUInt32LE(at + 12)];
  const list = file.subarray(start, start + size);
  expect([0, 8, 12].map((field) => list.readUInt32BE(field))).toEqual([0xfade0cc0, 1, 0]);
  expect(list.readUInt32BE(4)).toBeLessThanOrEqual(size);
  const offset = list.readUInt32BE(16);
  const directory = list.subarray(offset, offset + list.readUInt32BE(offset + 4));
  expect([0, 8].map((field) => directory.readUInt32BE(field))).toEqual([0xfade0c02, 0x20400]);
  expect([...directory.subarray(36, 40)]).toEqual([32, 2, 0, 12]);
  const [flags = 0, hashesAt = 0, nameAt = 0, special, pages = 0, codeLimit = 0] = [12, 16, 20, 24, 28, 32].map((field) =>
    directory.readUInt32BE(field),
  );
  expect(special).toBe(0);
  expect(pages).toBe(Math.ceil(codeLimit / 4096));
  expect(hashesAt + pages * 32).toBe(directory.length);
  const fits = Array.from({ length: pages }, (_, page) => {
    const kept = directory.subarray(hashesAt + page * 32, hashesAt + (page + 1) * 32);
    const content = file.subarray(page * 4096, Math.min((page + 1) * 4096, codeLimit));
    return createHash("sha256").update(content).digest().equals(kept);
  });
  const identifier = directory.toString("latin1", nameAt, directory.indexOf(0, nameAt));
  return { start, size, identifier, flags, codeLimit, text: [directory.readBigUInt64BE(64), directory.readBigUInt64BE(72)], fits };
}

describe("a program signed ad hoc for macOS", () => {
  test("keeps a hash of each of its pages, and its name", () => {
    const file = program();
    const signature = signatureOf(signMachO(file, "kubectl-drydock"));
    expect(signature).toMatchObject({ identifier: "kubectl-drydock", flags: 0x2, text: [0n, BigInt(textSize)] });
    expect(signature.codeLimit).toBe(signature.start);
    expect(signature.fits).toEqual([true, true, true, true, true]);
  });

  test("has the signature at its end, in __LINKEDIT", () => {
    const signed = signMachO(program(), "x");
    const { start, size } = signatureOf(signed);
    expect(start % 16).toBe(0);
    expect(signed.length).toBe(start + size);
    const linkEdit = 32 + 152;
    expect(signed.readBigUInt64LE(linkEdit + 48)).toBe(BigInt(signed.length - textSize));
    expect(Number(signed.readBigUInt64LE(linkEdit + 32))).toBeGreaterThanOrEqual(signed.length - textSize);
  });

  test("does not fit any more once a byte of it is another", () => {
    const signed = signMachO(program(), "x");
    signed[0x2abc] = 0;
    expect(signatureOf(signed).fits).toEqual([true, true, false, true, true]);
  });

  test("is the same where it was signed before, by whatever signature", () => {
    const once = signMachO(program(), "x");
    expect(signMachO(once, "x").equals(once)).toBe(true);
    const longer = signMachO(program(), "a longer name than that of the other");
    expect(signMachO(longer, "x").equals(once)).toBe(true);
  });

  test("leaves what it was made of as it is", () => {
    const file = program();
    const before = Buffer.from(file);
    signMachO(file, "x");
    expect(file.equals(before)).toBe(true);
  });

  test.each<readonly [string, () => Buffer]>([
    ["it is no 64-bit Mach-O program", () => Buffer.alloc(4096)],
    ["it has no segment __TEXT or __LINKEDIT", () => program({ segments: ["__TEXT"] })],
    ["another segment comes behind __LINKEDIT", () => program({ segments: ["__TEXT", "__LINKEDIT", "__MORE"] })],
    ["there is no room for one more load command", () => program({ room: 8 })],
  ])("is refused where %s", (why, file) => {
    expect(() => signMachO(file(), "x")).toThrow(new MachOError(why));
  });
});
