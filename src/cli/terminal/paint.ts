import { styleText } from "node:util";
import type { Line, Span, Tone } from "../../present/line.ts";
import { displayWidth, fit } from "./width.ts";

export interface Paint {
  readonly colour: boolean;
  /** false: only ASCII is written. */
  readonly unicode: boolean;
}

const styles: Readonly<Record<Tone, Parameters<typeof styleText>[0] | undefined>> = {
  plain: undefined,
  strong: "bold",
  dim: "dim",
  good: "green",
  warn: "yellow",
  bad: "red",
};

const inAscii: Readonly<Record<string, string>> = { "…": "...", "–": "-", "→": "->", "✓": "ok", "✗": "x", "█": "#", "░": ".", "×": "x" };

type Environment = Readonly<Record<string, string | undefined>>;

/** NO_COLOR and TERM=dumb switch colour off (https://no-color.org), FORCE_COLOR switches it on where there is no terminal. */
export function paintFor(isTTY: boolean, env: Environment, platform: string): Paint {
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "" && env["FORCE_COLOR"] !== "0";
  const forbidden = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return { colour: !forbidden && (isTTY || forced), unicode: isUnicode(env, platform) };
}

function isUnicode(env: Environment, platform: string): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "");
  if (locale === undefined) return platform !== "linux";
  return /utf-?8/i.test(locale);
}

/** The line as text for a terminal or a pipe. `cells`: cut to this width. */
export function paint(line: Line, how: Paint, cells = Number.POSITIVE_INFINITY): string {
  let left = cells;
  let text = "";
  for (const span of line) {
    const shown = fit(asWritten(span, how), left, how.unicode ? "…" : "...");
    left -= displayWidth(shown);
    text += coloured(shown, span.tone, how);
    if (left <= 0) break;
  }
  return text;
}

/** Texts from the cluster may hold anything: what would steer the terminal is taken out. */
function asWritten({ text }: Span, how: Paint): string {
  const oneLine = text.replace(/\s*\n\s*/g, " ").replace(/[\p{Control}\u2028\u2029]/gu, "");
  return how.unicode ? oneLine : oneLine.replace(/[…–→✓✗█░×]/gu, (sign) => inAscii[sign] ?? sign).replace(/[^\x20-\x7E]/gu, "?");
}

function coloured(text: string, tone: Tone, how: Paint): string {
  const style = styles[tone];
  return how.colour && style !== undefined && text !== "" ? styleText(style, text, { validateStream: false }) : text;
}
