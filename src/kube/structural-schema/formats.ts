import { parseGoDuration } from "../go-duration.ts";

/** "22 ns", "3 days": what Go's own reading of a duration refuses and the format takes all the same. */
const spelledDuration = /\d+\s*(ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|wk|week)/i;
const fullDate = /^\d{4}-(\d{2})-(\d{2})$/;
const timeOfDay = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(.\d+)?(z|[+-]\d{2}:\d{2})$/;
/** Leading zeros are taken: Go's sloppy reading of addresses is kept for what is stored already. */
const octet = "0*(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const label = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?";

function isDate(text: string): boolean {
  const [, month = "", day = ""] = fullDate.exec(text) ?? [];
  const year = Number(text.slice(0, 4));
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1] ?? 0;
  return Number(day) >= 1 && Number(day) <= days;
}

function isDateTime(text: string): boolean {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  return isDate(date) && timeOfDay.test(time);
}

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  date: isDate,
  datetime: isDateTime,
  duration: (text) => parseGoDuration(text).ok || spelledDuration.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  ipv4: (text) => new RegExp(`^${octet}(\\.${octet}){3}$`).test(text),
  hostname: (text) => text.length <= 255 && new RegExp(`^${label}(\\.${label})*$`).test(text),
  byte: (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
};

/**
 * Is the text of this format (kube-openapi strfmt)? Formats that the API server does not know are no rule there either; of those it knows,
 * the ones that are missing here (addresses of mail, MAC, IPv6 and URIs, book and card numbers, colours) hold for every text.
 */
export function isOfFormat(format: string, text: string): boolean {
  const name = format.replaceAll("-", "");
  return !Object.hasOwn(checks, name) || checks[name]?.(text) === true;
}

/** Only these are looked at; all other formats of strings are as good as none. */
export function isKnownFormat(format: string): boolean {
  return Object.hasOwn(checks, format.replaceAll("-", ""));
}
