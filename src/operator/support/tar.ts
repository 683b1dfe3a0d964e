import { InvariantError } from "../../runtime/errors.ts";

export interface TarFile {
  /** ASCII; no part between slashes above 100 characters, and 255 in all. Folders come with their files. */
  readonly name: string;
  readonly text: string;
}

const block = 512;
const encoder = new TextEncoder();

/** Where each field of a header begins (POSIX.1-1988, ustar). */
const fields = {
  name: 0,
  mode: 100,
  uid: 108,
  gid: 116,
  size: 124,
  mtime: 136,
  checksum: 148,
  type: 156,
  magic: 257,
  version: 263,
  prefix: 345,
} as const;
const longestName = 100;
const longestPrefix = 155;

/** An archive of text files that every tar reads. @param at seconds since 1970, for all of them */
export function tar(files: readonly TarFile[], at: number): Uint8Array<ArrayBuffer> {
  const parts = files.map(({ name, text }) => ({ name, bytes: encoder.encode(text) }));
  const size = parts.reduce((sum, { bytes }) => sum + block + padded(bytes.length), 2 * block);
  const archive = new Uint8Array(size);
  let end = 0;
  for (const { name, bytes } of parts) {
    archive.set(header(name, bytes.length, at), end);
    archive.set(bytes, end + block);
    end += block + padded(bytes.length);
  }
  return archive;
}

function padded(length: number): number {
  return Math.ceil(length / block) * block;
}

function header(name: string, size: number, at: number): Uint8Array {
  const { prefix, rest } = split(name);
  const bytes = new Uint8Array(block);
  const put = (field: keyof typeof fields, text: string): void => bytes.set(encoder.encode(text), fields[field]);
  put("name", rest);
  put("prefix", prefix);
  put("mode", octal(0o600, 7));
  put("uid", octal(0, 7));
  put("gid", octal(0, 7));
  put("size", octal(size, 11));
  put("mtime", octal(Math.floor(at), 11));
  put("type", "0");
  put("magic", "ustar\0");
  put("version", "00");
  // Summed with blanks in its own place.
  put("checksum", " ".repeat(8));
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put("checksum", `${octal(sum, 6)}\0 `);
  return bytes;
}

/** A long name stands in two fields, parted at a slash that stands in neither. */
function split(name: string): { readonly prefix: string; readonly rest: string } {
  if (name.length <= longestName) return { prefix: "", rest: name };
  const at = name.indexOf("/", name.length - longestName - 1);
  if (at <= 0 || at > longestPrefix) throw new InvariantError(`too long a name for a tar: ${name}`);
  return { prefix: name.slice(0, at), rest: name.slice(at + 1) };
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
