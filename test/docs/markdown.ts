/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  /** Line of the page on which the block begins, from 1. */
  readonly line: number;
  readonly text: string;
}

export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language = "", 2: text = "", index }) => ({
    language,
    line: page.slice(0, index).split("\n").length,
    text,
  }));
}

/** What a reader would type: every line of a `sh` block, what follows the prompt in a `console` block. Comments are left out. */
export function typedLines(page: string): readonly { readonly line: number; readonly text: string }[] {
  return blocksOf(page).flatMap(({ language, line, text }) =>
    text.split("\n").flatMap((each, i) => {
      const typed = language === "sh" ? each : language === "console" && each.startsWith("$ ") ? each.slice(2) : "";
      return typed.trim() === "" || typed.trimStart().startsWith("#") ? [] : [{ line: line + 1 + i, text: typed }];
    }),
  );
}

function withoutBlocks(page: string): string {
  return page.replace(/^```\w*\n[\s\S]*?^```$/gm, "");
}

/** Targets of links and images, without those to other sites. */
export function localLinks(page: string): readonly string[] {
  return [...withoutBlocks(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target));
}

/** The anchors that GitHub gives to headings: lower case, signs left out, spaces to hyphens. */
export function anchorsOf(page: string): readonly string[] {
  return [...withoutBlocks(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
