/** A schema's pattern is asked again for every object. */
const known = new Map<string, RegExp>();

/**
 * A pattern in Go's syntax (RE2) as ours. Flags at its beginning are understood; escapes that only the older of our own two syntaxes takes
 * (`\-`) are too. Both search anywhere in the text.
 *
 * @throws SyntaxError for what neither reads
 */
export function patternOf(text: string): RegExp {
  let pattern = known.get(text);
  if (pattern === undefined) {
    const [, flags = "", rest = text] = /^\(\?([ims]+)\)(.*)$/s.exec(text) ?? [];
    pattern = compiled(rest.replaceAll("\\z", "$").replaceAll("\\A", "^"), flags);
    known.set(text, pattern);
  }
  return pattern;
}

function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    return new RegExp(source, flags);
  }
}
