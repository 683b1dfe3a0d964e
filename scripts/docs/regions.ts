/** A part of a page that is made by a program: `<!-- generated: WHAT -->` … `<!-- end -->`, each on a line of its own. */
export interface Region {
  /** Words after "generated:". */
  readonly what: readonly string[];
  /** What stands between the two lines now. */
  readonly body: string;
}

const region = /^<!-- generated: (.+) -->\n([\s\S]*?)^<!-- end -->$/gm;

/** The page with every region made anew. @throws where a region is not closed */
export async function renewed(page: string, make: (region: Region) => string | Promise<string>): Promise<string> {
  const found = [...page.matchAll(region)];
  const begun = page.match(/^<!-- generated: /gm)?.length ?? 0;
  if (begun !== found.length) throw new Error(`${begun} generated parts begin and ${found.length} end`);
  let text = "";
  let end = 0;
  for (const match of found) {
    const [whole, what = "", body = ""] = match;
    const made = await make({ what: what.split(" "), body });
    text += `${page.slice(end, match.index)}<!-- generated: ${what} -->\n${made.trimEnd()}\n<!-- end -->`;
    end = match.index + whole.length;
  }
  return text + page.slice(end);
}
