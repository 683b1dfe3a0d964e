/** A word as one would type it: quoted where a POSIX shell would read something else in it. PowerShell reads such quotes in the same way. */
export function shellWord(word: string): string {
  return /^[\w\-.,/:=@%+…]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}
