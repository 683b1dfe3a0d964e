import type { AdmissionOperation } from "../../kube/admission-review.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { At } from "../store/change.ts";
import type { ServedKind } from "./served-kind.ts";

/** A write that the server found valid, before it is made: what validating webhooks are asked about. */
export interface Draft {
  readonly kind: ServedKind;
  readonly operation: AdmissionOperation;
  readonly subresource: string | undefined;
  readonly at: At;
  /** Undefined for a creation. */
  readonly before: KubeObject | undefined;
  /** Undefined for a deletion. */
  readonly after: KubeObject | undefined;
  readonly dryRun: boolean;
  /** Texts for whoever asked, as in the server's Warning headers. */
  readonly warnings: readonly string[];
  /** The object is no longer the one that the draft was made of. */
  isStale(): boolean;
  /** Stores it, unless it is a dry run; the object as it is afterwards. @throws KubeError 409 where the name was taken meanwhile */
  commit(): KubeObject;
}
