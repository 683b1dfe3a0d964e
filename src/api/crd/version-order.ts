/**
 * Orders versions of Drydock as semver.org does ("1.2.0-rc.1" before "1.2.0"): negative where `a` is older. undefined where one of them is no
 * such version.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const one = parsed(a);
  const other = parsed(b);
  if (one === undefined || other === undefined) return undefined;
  for (const [i, number] of one.core.entries()) {
    const difference = number - (other.core[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(one.preRelease, other.preRelease);
}

interface Version {
  readonly core: readonly number[];
  readonly preRelease: readonly string[];
}

function parsed(text: string): Version | undefined {
  const [, core, preRelease] = /^v?(\d+\.\d+\.\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
  if (core === undefined) return undefined;
  return { core: core.split(".").map(Number), preRelease: preRelease?.split(".") ?? [] };
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  // A release comes after all that came before it.
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [i, word] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const difference = compareWords(word, other);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareWords(a: string, b: string): number {
  const isNumber = (word: string): boolean => /^\d+$/.test(word);
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
