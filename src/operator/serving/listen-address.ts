/** Where a server listens. No host: on every address, IPv6 and IPv4. Port 0: a free one, as the system chooses. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

export const loopback = "127.0.0.1";

/**
 * Reads what controller-runtime takes for a bind address: ":8080", "127.0.0.1:8080", "[::1]:8080"; "0" means that nothing listens.
 *
 * @returns undefined where the text is none of these
 */
export function parseListenAddress(text: string): ListenAddress | "off" | undefined {
  if (text === "0") return "off";
  const {
    bracketed,
    plain,
    port = "",
  } = /^(?:\[(?<bracketed>[0-9a-f:.]+)\]|(?<plain>[^\s:[\]]*)):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) return undefined;
  return host === "" ? { port: Number(port) } : { host, port: Number(port) };
}
