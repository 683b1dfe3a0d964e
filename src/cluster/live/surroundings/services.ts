import { services } from "../../../kube/resource.ts";
import type { Service } from "../../../kube/service.ts";
import type { ServiceAddresses, Surroundings } from "../../view/surroundings.ts";
import { type Ask, listIfAllowed } from "./ask.ts";

/** Which Services send their clients to an address of these nodes? Of all others nothing is kept. */
export async function readServices(ask: Ask): Promise<Pick<Surroundings, "services">> {
  const ours = new Set(ask.nodes.flatMap(({ addresses }) => addresses));
  return { services: (await listIfAllowed(ask, services, (service) => addressesAmong(service, ours))) ?? [] };
}

function addressesAmong({ metadata, spec, status }: Service, ours: ReadonlySet<string>): ServiceAddresses | undefined {
  const balanced = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => [ip, hostname]);
  const addresses = [
    ...balanced.map((address) => ({ address, from: "status.loadBalancer.ingress" as const })),
    ...(spec?.externalIPs ?? []).map((address) => ({ address, from: "spec.externalIPs" as const })),
  ].flatMap(({ address, from }) => (address !== undefined && ours.has(address) ? [{ address, from }] : []));
  if (addresses.length === 0) return undefined;
  return { namespace: metadata.namespace ?? "", name: metadata.name, addresses };
}
