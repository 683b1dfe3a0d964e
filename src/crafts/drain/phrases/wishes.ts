import { word } from "../../../plan/args.ts";
import { none, orLeave, phrase, type Phrases } from "../../../plan/phrase.ts";
import type { Args } from "../../../plan/step.ts";
import type { WishCode } from "../codes.ts";

const readRules = (a: Args): string => `see rule ${word(a, "rule")} of --rules; the first that matches decides`;

/** Why a mark is not obeyed: a rule decides in its place, or nobody asked for it. */
const passedOver = (a: Args): string =>
  a["rule"] === undefined ? "which this drain does not obey" : `but rule ${word(a, "rule")} decides`;

const obeyHint =
  (tool: string) =>
  (a: Args): string =>
    a["obeyed"] === true || a["rule"] !== undefined ? "" : `obey it with --honor=${tool}`;

/** Decisions that follow somebody's wish, and wishes that are not followed. Sentences go on from the object's name: "pod web/a: …". */
export const wishPhrases: Phrases<WishCode> = {
  session: phrase(
    (a) =>
      `is ${a["person"] === undefined ? "a person's session" : `a session of ${word(a, "person")}`} (${word(a, "product")} ${word(a, "kind")} ${word(a, "session")})`,
    (a) => `ask ${a["person"] === undefined ? "whose it is" : word(a, "person")} to save and end it, or agree with --allow=interactive`,
    "A person works in the pod: what is not saved in a volume is lost when it goes. Recognised by the marks that the product sets on its pods; they are the evidence.",
  ),
  "gpu-reservation": phrase(
    (a) => `holds a shared GPU for ${word(a, "product")}: it goes by itself when the last pod that shares it has left`,
    none,
    "The scheduler keeps one such pod for each GPU that several pods share. Nothing owns it and nobody works in it; evicted before them it would take the GPU from those that share it. It is not waited for.",
  ),
  "rule-stay": phrase(
    (a) => `stays, by rule ${word(a, "rule")}`,
    readRules,
    "A rule of --rules leaves the pod where it is; it is not waited for.",
  ),
  "rule-wait": phrase(
    (a) => `is waited for until it has ended, by rule ${word(a, "rule")}`,
    readRules,
    "A rule of --rules says that the pod is to end by itself (Succeeded or Failed, or be deleted by somebody). The drain does nothing to it.",
  ),
  "rule-ask": phrase(
    (a) => `rule ${word(a, "rule")} says to ask first`,
    (a, say) => orLeave(`decide about it, then change rule ${word(a, "rule")}`, say),
    "A rule of --rules says that a person must decide about the pod. The drain does not begin, or with --allow=partial leaves it.",
  ),
  "drain-skip": phrase(
    (a) =>
      a["obeyed"] === true
        ? `stays: its label cluster.x-k8s.io/drain says ${word(a, "value")}`
        : `its label cluster.x-k8s.io/drain says ${word(a, "value")}, ${passedOver(a)}`,
    obeyHint("cluster-api"),
    "Cluster API leaves pods with this label on the node and does not wait for them. Here the label is shown, and obeyed with --honor=cluster-api.",
  ),
  "drain-wait-completed": phrase(
    (a) =>
      a["obeyed"] === true
        ? `is waited for until it has ended: its label cluster.x-k8s.io/drain says ${word(a, "value")}`
        : `its label cluster.x-k8s.io/drain says ${word(a, "value")}, ${passedOver(a)}`,
    obeyHint("cluster-api"),
    "Cluster API waits until pods with this label have ended by themselves and never evicts them. Here the label is shown, and obeyed with --honor=cluster-api.",
  ),
  "do-not-disrupt": phrase(
    (a) =>
      a["obeyed"] === true
        ? a["until"] === undefined
          ? `is not touched: its annotation karpenter.sh/do-not-disrupt says ${word(a, "value")}`
          : `is not touched before ${word(a, "until")}: its annotation karpenter.sh/do-not-disrupt says ${word(a, "value")} from its start`
        : `its annotation karpenter.sh/do-not-disrupt says ${word(a, "value")}, ${passedOver(a)}`,
    obeyHint("karpenter"),
    "Karpenter's drain waits for pods with this annotation: for ever, or for a duration counted from the pod's start. Here it is shown, and obeyed with --honor=karpenter: the pod is waited for, and evicted once its duration has passed.",
  ),
  "not-safe-to-evict": phrase(
    (a) =>
      a["obeyed"] === true
        ? "its annotation cluster-autoscaler.kubernetes.io/safe-to-evict says false"
        : `its annotation cluster-autoscaler.kubernetes.io/safe-to-evict says false, ${passedOver(a)}`,
    (a, say) => (a["obeyed"] === true ? orLeave("ask its owner, then remove the annotation", say) : obeyHint("autoscaler")(a)),
    "The cluster autoscaler removes no node with such a pod. Here the annotation is shown, and obeyed with --honor=autoscaler: a pod that can end by itself (restartPolicy OnFailure or Never) is waited for; about any other a person is asked, as nothing would ever end the wait.",
  ),
};
