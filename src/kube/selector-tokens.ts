/** `word`: a key or a value; the words `in` and `notin` are operators only where one may stand. */
export interface SelectorToken {
  readonly kind: "word" | "in" | "notin" | "=" | "==" | "!=" | ">" | "<" | "(" | ")" | "," | "!" | "end";
  readonly text: string;
}

const symbols = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"] as const;

/** Splits the text of a label selector; the last token is always `end`. */
export function selectorTokens(text: string): readonly SelectorToken[] {
  const tokens: SelectorToken[] = [];
  let place = 0;
  for (;;) {
    while (/[ \t\r\n]/.test(text.charAt(place))) place += 1;
    if (place >= text.length) return [...tokens, { kind: "end", text: "" }];
    const symbol = symbols.find((candidate) => text.startsWith(candidate, place));
    if (symbol !== undefined) {
      tokens.push({ kind: symbol, text: symbol });
      place += symbol.length;
      continue;
    }
    const start = place;
    while (place < text.length && !/[ \t\r\n=!(),<>]/.test(text.charAt(place))) place += 1;
    const word = text.slice(start, place);
    tokens.push({ kind: word === "in" || word === "notin" ? word : "word", text: word });
  }
}
