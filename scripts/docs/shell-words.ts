/**
 * The words of the first command of a line, as a POSIX shell would split them: quotes and backslashes, assignments before the command left out,
 * nothing after `|`, `>`, `<`, `;`, `&` or `#`. No expansion: what the examples need, and not more.
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let i = 0; i < line.length; i++) {
    const sign = line[i] ?? "";
    if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else if (sign === "\\" && quote === '"') word = `${word ?? ""}${line[++i] ?? ""}`;
      else word = `${word ?? ""}${sign}`;
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      word ??= "";
    } else if (sign === "\\") word = `${word ?? ""}${line[++i] ?? ""}`;
    else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if ("|<>;&".includes(sign) || (sign === "#" && word === undefined)) {
      // `2>/dev/null`: the figure belongs to the redirection.
      if (word !== undefined && !(sign === ">" && /^\d$/.test(word))) words.push(word);
      word = undefined;
      break;
    } else word = `${word ?? ""}${sign}`;
  }
  if (word !== undefined) words.push(word);
  const command = words.findIndex((each) => !/^[A-Za-z_]\w*=/.test(each));
  return command < 0 ? [] : words.slice(command);
}

/** The program and its arguments where the words call Drydock, in any of its forms; else undefined. */
export function drydockCall(words: readonly string[]): { readonly program: string; readonly argv: readonly string[] } | undefined {
  const [first = "", second = ""] = words;
  if (["drydock", "bin/drydock", "kubectl-drydock"].includes(first)) return { program: "drydock", argv: words.slice(1) };
  if ((first === "kubectl" || first === "oc") && second === "drydock") return { program: `${first} drydock`, argv: words.slice(2) };
  return undefined;
}
