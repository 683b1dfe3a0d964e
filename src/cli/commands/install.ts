import { leaseNamespace, names } from "../../operator/manifests/names.ts";
import type { Command } from "./command.ts";

const namespaceMeaning = `Namespace of the operator (default ${names.namespace}). That of the kubeconfig's context is not used.`;

/** SET UP: the operator in a cluster. */
export const installCommands: readonly Command[] = [
  {
    name: "install",
    group: "SET UP",
    summary: "Print or apply the manifests of the operator",
    usage: "",
    about: [
      "Installs the operator with its kinds, or brings an installation to this version. All of it is tried as a dry run first: missing rights, and fields that somebody else keeps at another value, are told before anything is changed. You are asked once; then each object is shown with what became of it.",
      "With -o yaml or json, or --dry-run=client, it prints the objects and asks no server: for files that are kept elsewhere and applied by somebody else. They are the same objects as those of the Helm chart.",
      "Objects are applied under the field manager drydock (server-side apply). What others added to them stays.",
    ],
    examples: [
      { what: "Install, and wait until it runs", line: "{p} install --wait" },
      { what: "What would be done in this cluster?", line: "{p} install --dry-run=server" },
      { what: "The manifests, for your own repository", line: "{p} install -o yaml > drydock.yaml" },
      { what: "From your own registry", line: "{p} install --image registry.example/drydock:1.0.0" },
    ],
    flags: [
      "dry-run",
      "force-conflicts",
      "image",
      "namespace",
      "output",
      "quiet",
      "replicas",
      "wait",
      "without-medik8s",
      "without-webhooks",
      "yes",
    ],
    meanings: {
      "dry-run": "client: print the objects, as -o yaml does. server: ask the server what would become of each, without changing anything.",
      namespace: namespaceMeaning,
    },
    outputs: ["json", "yaml"],
    arguments: "none",
  },
  {
    name: "uninstall",
    group: "SET UP",
    summary: "Remove the operator; asks what becomes of nodes that are out",
    usage: "",
    about: [
      "Takes the operator away: its webhooks first, so that nothing waits for an answer that no one gives, then its pods, its rights and its namespace.",
      "Nodes that are out are listed before. Where there are any, say what becomes of them: --return-nodes brings them back into service, --leave-out leaves them as they are. Without either nothing is changed and the exit code is 2. For each node that stays out you get the kubectl lines that bring it back without Drydock.",
      `The kinds and their objects are kept unless you say --delete-crds. The namespace ${leaseNamespace} is kept in any case: other operators of medik8s use it.`,
    ],
    examples: [
      { what: "Remove it, and bring every node back into service", line: "{p} uninstall --return-nodes" },
      { what: "Remove it under nodes that are being worked on", line: "{p} uninstall --leave-out > undo.sh" },
      { what: "Leave nothing of it behind", line: "{p} uninstall --return-nodes --delete-crds" },
    ],
    flags: ["delete-crds", "keep-crds", "leave-out", "namespace", "quiet", "return-nodes", "yes"],
    meanings: { namespace: namespaceMeaning },
    arguments: "none",
  },
];
