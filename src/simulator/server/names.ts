import type { Random } from "../../runtime/random.ts";

/** Without vowels and look-alikes, so that no suffix reads as a word (apimachinery util/rand). */
const letters = "bcdfghjklmnpqrstvwxz2456789";

/** What the API server cuts a generateName to before it appends five letters. */
const longestBase = 58;

export function generatedName(base: string, random: Random): string {
  let suffix = "";
  while (suffix.length < 5) suffix += letters.charAt(Math.floor(random.next() * letters.length));
  return base.slice(0, longestBase) + suffix;
}
