import { imageOf, names } from "../../operator/manifests/names.ts";
import { bool, type Flag } from "./flag.ts";

/** Of `install` and `uninstall`. */
export const installTable = {
  image: {
    type: "text",
    initial: imageOf("VERSION"),
    word: "IMAGE",
    completes: "nothing",
    help: "The operator's image, with tag or digest.",
  },
  replicas: { type: "int", initial: "2", word: "N", help: "How many pods of the operator run; one of them leads, the others stand by." },
  "without-webhooks": {
    ...bool,
    help: "Check nothing when an object is created or changed: for clusters whose API server cannot reach pods.",
  },
  "without-medik8s": { ...bool, help: "Leave the kind NodeMaintenance of medik8s to somebody else, or to nobody." },
  wait: {
    type: "duration",
    bare: "5m",
    word: "DURATION",
    help: `Wait until the kinds are served and all pods of ${names.operator} are available, at most this long; bare: 5m.`,
  },
  "force-conflicts": {
    ...bool,
    help: "Take over fields that somebody else keeps at another value. Without this they stop the installation.",
  },
  "return-nodes": { ...bool, help: "Bring every node that is out back into service first: what Drydock changed on it is undone." },
  "leave-out": { ...bool, help: "Leave every node that is out as it is, and print for each the kubectl lines that bring it back." },
  "keep-crds": { ...bool, help: "Keep the kinds and all their objects. So it is done by itself; the flag says it in scripts." },
  "delete-crds": { ...bool, help: "Delete the kinds too, and with them every object of them in the cluster." },
} as const satisfies Readonly<Record<string, Flag>>;
