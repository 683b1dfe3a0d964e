import { names } from "../../operator/manifests/names.ts";
import type { Command } from "./command.ts";

/** SET UP: for whoever reports a bug. */
export const supportBundleCommands: readonly Command[] = [
  {
    name: "support-bundle",
    group: "SET UP",
    summary: "Collect logs and objects for a bug report; no Secrets",
    usage: "",
    about: [
      "Writes a .tar.gz with what a bug report needs: versions, the objects that take nodes out, the nodes that they hold, the operator's pods without the values of their environment, what they wrote since they started and before their last restart, its rights, leases, events, webhooks, and what you may do in the cluster.",
      "Secrets are never read. Of every object only chosen fields are kept, and what looks like a credential in a text is masked; names, and reasons that people wrote, are in it, so read it before you send it. What cannot be read is named, with the permission that is missing, and left out; its README.txt lists all of that.",
    ],
    examples: [
      { what: "Into this folder", line: "{p} support-bundle" },
      { what: "Under a name of your own", line: "{p} support-bundle --file /tmp/drydock.tar.gz" },
      { what: "Look into it without a file", line: "{p} support-bundle --file=- | tar -xzO | less" },
    ],
    flags: ["file", "namespace", "quiet"],
    meanings: { namespace: `Namespace of the operator (default ${names.namespace}). That of the kubeconfig's context is not used.` },
    arguments: "none",
  },
];
