/**
 * The candidate a mistyped word was probably meant to be, for "did you mean": the one with the fewest slips (a letter missing, added, changed,
 * or two changed places; case does not count), the first of several; undefined when none is near. A third of the letters, at most 3, may be wrong.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase().split("");
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const letters = candidate.toLowerCase().split("");
    const length = Math.max(wanted.length, letters.length);
    const slips = slipsBetween(wanted, letters);
    if (slips <= Math.min(3, Math.floor((length + 1) / 3)) && slips < fewest) {
      best = candidate;
      fewest = slips;
    }
  }
  return best;
}

/** Optimal string alignment distance, a row at a time. */
function slipsBetween(a: readonly string[], b: readonly string[]): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.entries()) {
    const row = [i + 1];
    for (const [j, other] of b.entries()) {
      const changed = (last[j] ?? 0) + (letter === other ? 0 : 1);
      const removed = (last[j + 1] ?? 0) + 1;
      const added = (row[j] ?? 0) + 1;
      const isSwap = i > 0 && j > 0 && letter === b[j - 1] && a[i - 1] === other;
      const swapped = isSwap ? (beforeLast[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(changed, removed, added, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? a.length;
}
