const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const itemsKey = Buffer.from('"items"');

/** Where the items of a list stand in its bytes, and what is left when they are taken out. */
export interface CutList {
  /** Start and end of each item, in order, in one row: start, end, start, end… */
  readonly bounds: readonly number[];
  /** The list's JSON with no items. */
  readonly rest: Buffer;
}

/**
 * Finds the items of a list without parsing them: a page of 500 pods is 3–7 MB, and parsing it at once stalls the event loop for some 50 ms,
 * item by item for as long as an item takes. Undefined where the bytes are no object with an array "items".
 */
export function cutList(body: Buffer): CutList | undefined {
  let at = skipSpace(body, 0);
  if (body[at] !== openBrace) return undefined;
  at = skipSpace(body, at + 1);
  while (body[at] === quote) {
    const keyEnd = endOfString(body, at);
    const isItems = body.subarray(at, keyEnd).equals(itemsKey);
    // Over the colon to the value.
    at = skipSpace(body, skipSpace(body, keyEnd) + 1);
    if (isItems && body[at] === openBracket) return cutArray(body, at);
    at = skipSpace(body, endOfValue(body, at));
    if (body[at] === comma) at = skipSpace(body, at + 1);
  }
  return undefined;
}

function cutArray(body: Buffer, start: number): CutList | undefined {
  const bounds: number[] = [];
  let at = skipSpace(body, start + 1);
  while (at < body.length && body[at] !== closeBracket) {
    const end = endOfValue(body, at);
    bounds.push(at, end);
    at = skipSpace(body, end);
    if (body[at] === comma) at = skipSpace(body, at + 1);
    else if (body[at] !== closeBracket) return undefined;
  }
  if (at >= body.length) return undefined;
  return { bounds, rest: Buffer.concat([body.subarray(0, start + 1), body.subarray(at)]) };
}

/** The index after the value that starts here; the body's length where it does not end. */
function endOfValue(body: Buffer, start: number): number {
  const { length } = body;
  let depth = 0;
  for (let at = start; at < length; at += 1) {
    const byte = body[at];
    if (byte === quote) {
      at = endOfString(body, at) - 1;
      if (depth === 0) return at + 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      // A number or a word ends where what holds it ends.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && byte === comma) {
      return at;
    }
  }
  return length;
}

function endOfString(body: Buffer, start: number): number {
  const { length } = body;
  for (let at = start + 1; at < length; at += 1) {
    const byte = body[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at += 1;
  }
  return length;
}

function skipSpace(body: Buffer, start: number): number {
  let at = start;
  // Space, tab and line ends are all at or below 0x20, and nothing else of JSON is.
  while (at < body.length && (body[at] ?? 0) <= 0x20) at += 1;
  return at;
}
