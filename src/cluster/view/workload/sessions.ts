import type { PodView } from "../cluster-view.ts";
import { annotation, label, ownerGroup, ownerSign, present } from "./signs.ts";
import { topOwner } from "./top-owner.ts";
import type { Sign, Workload } from "./workload.ts";

/** Pods in which a person works, by the marks that their products set; undefined for all others. */
export function sessionOf(pod: PodView): Workload | undefined {
  return junoWorkstation(pod) ?? jupyterServer(pod) ?? notebook(pod) ?? devWorkspace(pod);
}

/** Juno's Kuiper labels what it launches with the workstation and the user. A node's label of the same name is another thing. */
function junoWorkstation(pod: PodView): Workload | undefined {
  const workstation = label(pod, "juno-innovations.com/workstation");
  const user = label(pod, "juno-innovations.com/user");
  if (workstation === undefined || user === undefined) return undefined;
  const app = label(pod, "juno-innovations.com/app");
  return session("Juno", "Workstation", pod.controller?.name ?? pod.name, user, present(workstation, user, app));
}

/** KubeSpawner: the label's value is escaped or shortened, the annotation has the name as the hub knows it. */
function jupyterServer(pod: PodView): Workload | undefined {
  const component = label(pod, "component");
  const asLabel = label(pod, "hub.jupyter.org/username");
  const user = annotation(pod, "hub.jupyter.org/username") ?? asLabel;
  if (component?.value !== "singleuser-server") return undefined;
  // The chart of JupyterHub is not the only one with such a component; only the hub names its users, and it alone labels app=jupyterhub.
  if (user === undefined && label(pod, "app")?.value !== "jupyterhub") return undefined;
  const server = label(pod, "hub.jupyter.org/servername");
  return session("JupyterHub", "Server", server?.value ?? pod.name, user, present(component, user, server));
}

/** The notebook controller labels the pods of its StatefulSet; whose it is, the profile's namespace tells, not the pod. */
function notebook(pod: PodView): Workload | undefined {
  const name = label(pod, "notebook-name");
  const top = topOwner(pod);
  const isTop = top?.kind === "Notebook" && top.group === "kubeflow.org";
  const isOwner = pod.controller?.kind === "Notebook" && ownerGroup(pod) === "kubeflow.org";
  const isLabelled = name !== undefined && pod.controller?.kind === "StatefulSet" && pod.controller.name === name.value;
  if (!isTop && !isOwner && !isLabelled) return undefined;
  const named = name?.value ?? (isTop ? top.name : (pod.controller?.name ?? pod.name));
  return session("Kubeflow", "Notebook", named, undefined, present(name, isTop ? top.sign : undefined, ownerSign(pod)));
}

/** The DevWorkspace operator labels a workspace's pod with its name and id; its backup Jobs bear the same labels, and nobody works in them. */
function devWorkspace(pod: PodView): Workload | undefined {
  if (label(pod, "controller.devfile.io/backup-job") !== undefined) return undefined;
  const name = label(pod, "controller.devfile.io/devworkspace_name") ?? label(pod, "workspace.devfile.io/name");
  const id = label(pod, "controller.devfile.io/devworkspace_id") ?? label(pod, "workspace.devfile.io/id");
  const owned = pod.controller?.kind === "DevWorkspace" ? ownerSign(pod) : undefined;
  if (name === undefined && id === undefined && owned === undefined) return undefined;
  // The creator is the uid of a user, not a name: it goes with the evidence only.
  const creator = label(pod, "controller.devfile.io/creator");
  const named = name?.value ?? id?.value ?? pod.controller?.name ?? pod.name;
  return session("DevWorkspace", "Workspace", named, undefined, present(name, id, owned, creator));
}

function session(product: Workload["product"], kind: string, name: string, user: Sign | undefined, evidence: readonly Sign[]): Workload {
  return { product, kind, name, nature: "session", ...(user === undefined ? {} : { person: user.value }), evidence };
}
