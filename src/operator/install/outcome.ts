import type { MissingPermission } from "../../maintenance/outcome.ts";
import type { Manifest } from "../manifests/manifest.ts";

/** What applying an object does, in kubectl's words. */
export type Change = "created" | "configured" | "unchanged" | "pruned";

export interface Applied {
  readonly manifest: Manifest;
  readonly change: Change;
  /** What the server said about it. */
  readonly warnings: readonly string[];
}

/** A field that somebody else keeps at another value. */
export interface FieldConflict {
  readonly manifest: Manifest;
  /** The server's words: which field, and who set it. */
  readonly message: string;
}

/** How well it runs in the end. */
export type Readiness =
  | { readonly kind: "not-asked" }
  | { readonly kind: "ready"; readonly replicas: number }
  /** Time was up first: what was still awaited, and how many of its pods are available. */
  | { readonly kind: "late"; readonly awaited: readonly string[]; readonly available: number; readonly replicas: number };

/** How an installation ended. Before "installed" nothing was changed. */
export type InstallOutcome =
  | { readonly kind: "denied"; readonly missing: readonly MissingPermission[] }
  /** The server would not let this object be written, whoever asks with these rights: its words. */
  | { readonly kind: "forbidden"; readonly manifest: Manifest; readonly message: string }
  | { readonly kind: "conflicts"; readonly conflicts: readonly FieldConflict[] }
  /** A kind cannot be worked with: why, and which. */
  | { readonly kind: "kind-unusable"; readonly name: string; readonly message: string }
  /** A person was asked, or nobody could be. */
  | { readonly kind: "declined"; readonly asked: boolean }
  | { readonly kind: "previewed"; readonly applied: readonly Applied[] }
  | { readonly kind: "installed"; readonly applied: readonly Applied[]; readonly readiness: Readiness }
  /** Stopped on the way: what stands now. The same command goes on from there. */
  | { readonly kind: "stopped"; readonly applied: readonly Applied[] };
