export type Product = "Kubernetes" | "Run:ai" | "KAI" | "Kubeflow" | "JupyterHub" | "DevWorkspace" | "Juno";

/**
 * What losing a pod of it means. `session`: a person works in it, and what is not saved is lost; `infrastructure`: the node or a scheduler
 * needs it, nobody's work is in it; `work`: everything else.
 */
export type Nature = "session" | "infrastructure" | "work";

/** A field of the pod that something rests on. */
export interface Sign {
  /** Path as in `kubectl explain`. */
  readonly field: string;
  readonly value: string;
}

/** What a pod belongs to, as its product calls it, and whose it is. */
export interface Workload {
  readonly product: Product;
  /** "Deployment", "Notebook", "InteractiveWorkload", "Workstation", "GPU reservation", "Pod" for one that nothing owns. */
  readonly kind: string;
  /** Of what the pod belongs to; the pod's own where nothing owns it. */
  readonly name: string;
  readonly nature: Nature;
  /** The person whose session or job it is, where the pod tells. */
  readonly person?: string;
  readonly evidence: readonly Sign[];
}
