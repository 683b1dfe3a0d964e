import { phrases } from "../../src/maintenance/crafts.ts";
import { type CodeEntry, codeGroups, entriesOf } from "../../src/present/code-entry.ts";

const voice = { phrases, speaker: { program: "drydock" } };

/** One section of docs/codes.md: every code with what is shown, what it means and how it ends. */
export function codeSection(name: string): string {
  const group = (Object.keys(codeGroups) as (keyof typeof codeGroups)[]).find((one) => one === name);
  if (group === undefined) throw new Error(`no codes in the section ${name}`);
  return entriesOf(group, voice).map(entry).join("\n");
}

function entry({ code, appears, sentence, meaning, next, ends, page }: CodeEntry): string {
  const also = appears.length > 1 ? [`Appears as: ${appears.join(", ")}.`] : appears[0] === "unproven" ? ["Not proven."] : [];
  const more = page === undefined ? "" : ` See [${page.title}](${page.file}).`;
  return [
    `### ${code}`,
    "",
    `> ${markdown(sentence)}`,
    "",
    [markdown(meaning), ...also].join(" "),
    "",
    ...(ends === undefined ? [] : [`Ends: ${ends.how}${more}`, ""]),
    ...(next === "" ? [] : [`Next step: ${markdown(next)}`, ""]),
  ].join("\n");
}

/** Signs that Markdown reads are taken literally; issues of Kubernetes become links. */
function markdown(text: string): string {
  return text
    .replaceAll("<", "&lt;")
    .replaceAll("*", "\\*")
    .replaceAll(/\bkubernetes#(\d+)/g, "[kubernetes#$1](https://github.com/kubernetes/kubernetes/issues/$1)");
}
