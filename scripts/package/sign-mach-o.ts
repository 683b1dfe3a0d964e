import { createHash } from "node:crypto";

/**
 * Signs a program for macOS ad hoc, that is with hashes of its pages and nobody's name, as `codesign --sign -` and the linkers do: the kernel of a
 * Mac with an Apple processor ends any program whose pages have no hashes, or other ones. Node's own signature does not fit any more once
 * something was put into it.
 *
 * The forms are those of xnu's EXTERNAL_HEADERS/mach-o/loader.h (little-endian here) and osfmk/kern/cs_blobs.h (always big-endian).
 */
const magic64 = 0xfeedfacf;
const headerSize = 32;
const segmentCommand = 0x19;
const signatureCommand = 0x1d;
const signatureCommandSize = 16;
const segmentSize = 72;
const sectionSize = 80;

const superBlobMagic = 0xfade0cc0;
const superBlobSize = 20;
const directoryMagic = 0xfade0c02;
const directoryVersion = 0x20400;
const directorySize = 88;
const adHoc = 0x2;
const sha256 = 2;
const hashSize = 32;
const pageBits = 12;
const pageSize = 1 << pageBits;
const mainBinary = 1n;

/** Segments begin at these, on both of Apple's processors. */
const segmentAlignment = 0x4000n;

export class MachOError extends Error {
  constructor(why: string) {
    super(`cannot be signed for macOS: ${why}`);
    this.name = "MachOError";
  }
}

interface Segment {
  /** Where its load command is. */
  readonly at: number;
  readonly offset: number;
  readonly size: number;
}

interface Program {
  readonly text: Segment;
  readonly linkEdit: Segment;
  /** Behind the last load command. */
  readonly commandsEnd: number;
  /** Where the content of the first section begins: load commands may grow up to here. */
  readonly contentStart: number;
  /** The load command of a signature, if there is one. */
  readonly signatureAt: number | undefined;
}

/**
 * @param file a 64-bit Mach-O program for one processor; signed already or not
 * @param identifier by which macOS names the program, as in its logs
 * @returns the signed program; `file` stays as it is
 * @throws MachOError when it is anything else
 */
export function signMachO(file: Uint8Array, identifier: string): Buffer {
  const { signatureAt } = read(Buffer.from(file));
  const end = signatureAt === undefined ? file.length : Buffer.from(file).readUInt32LE(signatureAt + 8);
  const codeLimit = aligned(end, 16);
  const signed = Buffer.alloc(codeLimit);
  signed.set(file.subarray(0, end));
  const program = read(signed);
  const pages = Math.ceil(codeLimit / pageSize);
  const name = Buffer.from(`${identifier}\0`);
  const length = superBlobSize + directorySize + name.length + pages * hashSize;
  announce(signed, program, codeLimit, aligned(length, 16));
  const signature = Buffer.alloc(aligned(length, 16));
  writeSuperBlob(signature, length);
  const directory = signature.subarray(superBlobSize, length);
  writeDirectory(directory, { codeLimit, pages, name, text: program.text });
  for (let page = 0; page < pages; page++) {
    const content = signed.subarray(page * pageSize, (page + 1) * pageSize);
    directory.set(createHash("sha256").update(content).digest(), directorySize + name.length + page * hashSize);
  }
  return Buffer.concat([signed, signature]);
}

function aligned(size: number, to: number): number {
  return Math.ceil(size / to) * to;
}

function read(file: Buffer): Program {
  if (file.length < headerSize || file.readUInt32LE(0) !== magic64) throw new MachOError("it is no 64-bit Mach-O program");
  const segments = new Map<string, Segment>();
  let contentStart = file.length;
  let signatureAt: number | undefined;
  let at = headerSize;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === signatureCommand) signatureAt = at;
    if (command === segmentCommand) {
      const name = file.toString("latin1", at + 8, at + 24).replace(/\0.*/, "");
      segments.set(name, { at, offset: Number(file.readBigUInt64LE(at + 40)), size: Number(file.readBigUInt64LE(at + 48)) });
      contentStart = Math.min(contentStart, firstSection(file, at));
    }
    at += file.readUInt32LE(at + 4);
  }
  const text = segments.get("__TEXT");
  const linkEdit = segments.get("__LINKEDIT");
  if (text === undefined || linkEdit === undefined) throw new MachOError("it has no segment __TEXT or __LINKEDIT");
  // The signature is the end of __LINKEDIT, and of the file.
  const last = Math.max(...[...segments.values()].map(({ offset, size }) => (size === 0 ? 0 : offset)));
  if (last !== linkEdit.offset) throw new MachOError("another segment comes behind __LINKEDIT");
  return { text, linkEdit, commandsEnd: at, contentStart, signatureAt };
}

function firstSection(file: Buffer, segmentAt: number): number {
  let first = file.length;
  for (let section = 0; section < file.readUInt32LE(segmentAt + 64); section++) {
    const offset = file.readUInt32LE(segmentAt + segmentSize + section * sectionSize + 48);
    // Sections of zeroes have no content in the file.
    if (offset > 0) first = Math.min(first, offset);
  }
  return first;
}

/** Says in the load commands where the signature is. These are hashed too, so it comes first. */
function announce(file: Buffer, program: Program, offset: number, size: number): void {
  const { linkEdit, commandsEnd, contentStart } = program;
  let at = program.signatureAt;
  if (at === undefined) {
    if (commandsEnd + signatureCommandSize > contentStart) throw new MachOError("there is no room for one more load command");
    at = commandsEnd;
    file.writeUInt32LE(signatureCommand, at);
    file.writeUInt32LE(signatureCommandSize, at + 4);
    file.writeUInt32LE(file.readUInt32LE(16) + 1, 16);
    file.writeUInt32LE(file.readUInt32LE(20) + signatureCommandSize, 20);
  }
  file.writeUInt32LE(offset, at + 8);
  file.writeUInt32LE(size, at + 12);
  const linkEditSize = BigInt(offset + size - linkEdit.offset);
  file.writeBigUInt64LE(((linkEditSize + segmentAlignment - 1n) / segmentAlignment) * segmentAlignment, linkEdit.at + 32);
  file.writeBigUInt64LE(linkEditSize, linkEdit.at + 48);
}

/** A list of one blob: the directory of hashes. An ad hoc signature needs no other. */
function writeSuperBlob(blob: Buffer, length: number): void {
  for (const [index, value] of [superBlobMagic, length, 1, 0, superBlobSize].entries()) blob.writeUInt32BE(value, index * 4);
}

function writeDirectory(
  blob: Buffer,
  o: { readonly codeLimit: number; readonly pages: number; readonly name: Buffer; readonly text: Segment },
): void {
  const hashesAt = directorySize + o.name.length;
  const fields = [directoryMagic, blob.length, directoryVersion, adHoc, hashesAt, directorySize, 0, o.pages, o.codeLimit];
  for (const [index, value] of fields.entries()) blob.writeUInt32BE(value, index * 4);
  blob.set([hashSize, sha256, 0, pageBits], 36);
  // What lies between is for parts that no hash is kept of, a team's name, and files above 4 GiB: none here.
  blob.writeBigUInt64BE(BigInt(o.text.offset), 64);
  blob.writeBigUInt64BE(BigInt(o.text.size), 72);
  blob.writeBigUInt64BE(mainBinary, 80);
  blob.set(o.name, directorySize);
}
