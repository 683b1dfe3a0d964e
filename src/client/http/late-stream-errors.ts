import { subscribe } from "node:diagnostics_channel";
import type { ClientHttp2Stream } from "node:http2";

const noop = (): void => {};
let isSunk = false;

/**
 * Gives every HTTP/2 stream a listener for errors that come when nobody waits for it any more. undici takes its own away from a stream that
 * is aborted while its session is still being set up (8.12.4, undici#5936 mends the other cases): the end of the session then reaches
 * the stream as an error without a listener, which ends the process, be all its work done or not. Whoever waits hears of errors as before.
 */
export function sinkLateStreamErrors(): void {
  if (isSunk) return;
  isSunk = true;
  subscribe("http2.client.stream.created", (message) => {
    (message as { readonly stream: ClientHttp2Stream }).stream.on("error", noop);
  });
}
