import type { Consent } from "../plan/consent.ts";

interface ConsentWords {
  /** The flag that gives it, as one would type it. */
  readonly flag: string;
  /** Why the drain may not begin; kubectl's own words where kubectl has the case, so that what greps for them still finds them. */
  readonly refusal: string;
  /** What is done with the consent; undefined where kubectl says nothing of the kind. */
  readonly warning: string;
}

export const consentWords: Readonly<Record<Consent, ConsentWords>> = {
  daemonsets: {
    flag: "--ignore-daemonsets",
    refusal: "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)",
    warning: "ignoring DaemonSet-managed Pods",
  },
  emptydir: {
    flag: "--delete-emptydir-data",
    refusal: "cannot delete Pods with local storage (use --delete-emptydir-data to override)",
    warning: "deleting Pods with local storage",
  },
  unmanaged: {
    flag: "--force",
    refusal: "cannot delete Pods that declare no controller (use --force to override)",
    warning: "deleting Pods that declare no controller",
  },
  "vm-shutdown": {
    flag: "--allow=vm-shutdown",
    refusal: "virtual machines would be shut off, not migrated (use --allow=vm-shutdown to accept)",
    warning: "shutting off virtual machines",
  },
  interactive: {
    flag: "--allow=interactive",
    refusal: "people's sessions would be ended (use --allow=interactive to accept)",
    warning: "ending people's sessions",
  },
  "budget-violation": {
    flag: "--allow=budget-violation",
    refusal: "disruption budgets would not be respected (use --allow=budget-violation to accept)",
    warning: "not respecting the disruption budgets of Pods",
  },
  infrastructure: {
    flag: "--allow=infrastructure",
    refusal: "Pods that the node itself needs would go (use --allow=infrastructure to accept)",
    warning: "removing Pods that the node itself needs",
  },
  "last-of-role": {
    flag: "--allow=last-of-role",
    refusal: "it is the last of its role (use --allow=last-of-role to accept)",
    warning: "taking out the last of its role",
  },
  partial: {
    flag: "--allow=partial",
    refusal: "not everything can go (use --allow=partial to move the rest)",
    warning: "keeping what cannot go",
  },
};

/** The order in which flags and causes are listed. */
export const consentOrder = Object.keys(consentWords) as readonly Consent[];

/** Flags for these consents, as one would type them: kubectl's where it has one, the others joined in one `--allow`. */
export function flagsFor(consents: Iterable<Consent>): readonly string[] {
  const wanted = new Set(consents);
  const listed = consentOrder.filter((consent) => wanted.has(consent));
  // kubectl's --force stands for both.
  const needed = listed.filter((consent) => !(consent === "vm-shutdown" && wanted.has("unmanaged")));
  const own = needed.filter((consent) => !consentWords[consent].flag.startsWith("--allow="));
  const allowed = needed.filter((consent) => consentWords[consent].flag.startsWith("--allow="));
  return [...own.map((consent) => consentWords[consent].flag), ...(allowed.length === 0 ? [] : [`--allow=${allowed.join(",")}`])];
}
