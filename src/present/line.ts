/** How a piece of text is meant; a terminal may colour it, but the words alone say it too. */
export type Tone = "strong" | "dim" | "good" | "warn" | "bad" | "plain";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line for a person: plain data until a terminal or a pipe makes text of it. */
export type Line = readonly Span[];

export function plain(text: string): Span {
  return { text, tone: "plain" };
}

export function strong(text: string): Span {
  return { text, tone: "strong" };
}

export function dim(text: string): Span {
  return { text, tone: "dim" };
}

export function good(text: string): Span {
  return { text, tone: "good" };
}

export function warn(text: string): Span {
  return { text, tone: "warn" };
}

export function bad(text: string): Span {
  return { text, tone: "bad" };
}

export function textOf(line: Line): string {
  return line.map((span) => span.text).join("");
}
