/** How a quantity was written, and will be written again: `12M`, `12Mi`, `12e6`. */
export type QuantityFormat = "decimal" | "binary" | "exponent";

/** A Kubernetes quantity, exactly: billionths of one, the finest the API keeps. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

const one = 1_000_000_000n;

const decimals: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const decimalSuffixes = new Map(Object.entries(decimals).map(([suffix, exponent]) => [exponent, suffix]));
const binaries = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A binary quantity above this is cut to it. */
const mostBinary = (2n ** 63n - 1n) * one;

/** Wider than any resource: a longer exponent is refused, so that a few bytes cannot become gigabytes. */
const widestExponent = 400;

/**
 * Reads `100m`, `1.5Gi`, `2e3`. What is finer than a billionth is rounded away from zero: whoever asks for a little gets a little.
 * Undefined where the text is no quantity.
 */
export function parseQuantity(text: string): Quantity | undefined {
  const parts = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/.exec(text);
  if (parts === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = parts;
  // Kubernetes takes most texts without a digit (`Ki`, `.`) for zero, and never writes one: here they are none.
  if (whole === "" && fraction === "") return undefined;
  const unit = unitOf(suffix);
  if (unit === undefined) return undefined;
  const digits = BigInt(`0${whole}${fraction}`);
  const shift = unit.exponent + 9 - fraction.length;
  const magnitude = unit.format === "binary" ? 1024n ** BigInt(binaries.indexOf(suffix)) : 1n;
  let nano = digits * magnitude * 10n ** BigInt(Math.max(0, shift));
  if (shift < 0) nano = ceilingOf(nano, 10n ** BigInt(-shift));
  if (unit.format === "binary" && nano > mostBinary) nano = mostBinary;
  // A binary fraction below one has no binary form.
  const format = unit.format === "binary" && nano > 0n && nano < one ? "decimal" : unit.format;
  return { nano: sign === "-" ? -nano : nano, format };
}

export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The sum, in the format of the first that is not zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

/**
 * The canonical form: no fraction, the largest suffix that loses nothing (`1500m`, `1536Mi`).
 * From 1000E on this stays true to the value (`9000E`); Kubernetes has no suffix left there and writes `9`.
 */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return "0";
  const size = nano < 0n ? -nano : nano;
  const isBinary = format === "binary" && size >= 1024n * one && size % one === 0n;
  const [mantissa, suffix] = isBinary ? binaryForm(size / one) : decimalForm(size, format === "exponent");
  return `${nano < 0n ? "-" : ""}${mantissa}${suffix}`;
}

function binaryForm(size: bigint): readonly [bigint, string] {
  let mantissa = size;
  let power = 0;
  while (mantissa % 1024n === 0n && power < binaries.length - 1) {
    mantissa /= 1024n;
    power += 1;
  }
  return [mantissa, binaries[power] ?? ""];
}

function decimalForm(nano: bigint, asExponent: boolean): readonly [bigint, string] {
  let mantissa = nano;
  let exponent = -9;
  while (mantissa % 1000n === 0n && (asExponent || exponent < 18)) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (asExponent) return [mantissa, exponent === 0 ? "" : `e${exponent}`];
  return [mantissa, decimalSuffixes.get(exponent) ?? ""];
}

function unitOf(suffix: string): { readonly format: QuantityFormat; readonly exponent: number } | undefined {
  const decimal = Object.hasOwn(decimals, suffix) ? decimals[suffix] : undefined;
  if (decimal !== undefined) return { format: "decimal", exponent: decimal };
  if (binaries.includes(suffix)) return { format: "binary", exponent: 0 };
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) return undefined;
  const exponent = Number(suffix.slice(1));
  return Math.abs(exponent) <= widestExponent ? { format: "exponent", exponent } : undefined;
}

function ceilingOf(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
