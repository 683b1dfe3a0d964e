import type { Flag } from "./flag.ts";

/** Of `support-bundle`. */
export const supportBundleTable = {
  file: {
    type: "text",
    word: "FILE",
    completes: "files",
    help: "Where it is written, in place of a file that is there; - for stdout. Default: drydock-support-TIME.tar.gz in this folder.",
  },
} as const satisfies Readonly<Record<string, Flag>>;
