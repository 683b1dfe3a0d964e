const namePattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const subdomainPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

const name = new RegExp(`^${namePattern}$`);
const value = new RegExp(`^(${namePattern})?$`);
const subdomain = new RegExp(`^${subdomainPattern}$`);

const nameRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${namePattern}')`;
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  `character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${namePattern})?')`;
const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric " +
  `character (e.g. 'example.com', regex used for validation is '${subdomainPattern}')`;

/**
 * What is wrong with a label key (also: annotation key, taint key, condition type), in the API server's words; empty when it is valid.
 * A key is a name of at most 63 bytes, with an optional DNS subdomain and a slash before it.
 */
export function faultsOfLabelKey(key: string): readonly string[] {
  const parts = key.split("/");
  const [first = "", second] = parts;
  if (parts.length > 2) {
    return [`a valid label key ${nameRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const prefix = second === undefined ? undefined : first;
  const own = second ?? first;
  const faults: string[] = [];
  if (prefix === "") faults.push("prefix part must be non-empty");
  else if (prefix !== undefined) {
    if (prefix.length > 253) faults.push("prefix part must be no more than 253 bytes");
    if (!subdomain.test(prefix)) faults.push(`prefix part ${subdomainRule}`);
  }
  if (own === "") faults.push("name part must be non-empty");
  else if (own.length > 63) faults.push("name part must be no more than 63 bytes");
  if (!name.test(own)) faults.push(`name part ${nameRule}`);
  return faults;
}

/** What is wrong with a label's value, in the API server's words; empty when it is valid. */
export function faultsOfLabelValue(text: string): readonly string[] {
  const faults: string[] = [];
  if (text.length > 63) faults.push("must be no more than 63 bytes");
  if (!value.test(text)) faults.push(valueRule);
  return faults;
}
