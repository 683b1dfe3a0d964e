import type { PodSpec } from "../pod.ts";

/** A port that a pod takes of its node. */
export interface HostPort {
  readonly address: string;
  readonly protocol: string;
  readonly port: number;
}

const anyAddress = "0.0.0.0";
const none: readonly HostPort[] = [];

/** Ports of containers and sidecars (scheduler util.GetHostPorts). With the host's network the API server has made each port a host port. */
export function hostPortsOf({ containers = [], initContainers = [] }: PodSpec): readonly HostPort[] {
  const running = [...initContainers.filter(({ restartPolicy }) => restartPolicy === "Always"), ...containers];
  const found = running.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort = 0, hostIP = "", protocol = "TCP" }) =>
      hostPort > 0 ? [{ address: hostIP === "" ? anyAddress : hostIP, protocol, port: hostPort }] : [],
    ),
  );
  return found.length === 0 ? none : found;
}

/** The same port of the same protocol, on the same address or where one of the two listens on all. */
export function portsConflict(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.address === b.address || a.address === anyAddress || b.address === anyAddress;
}
