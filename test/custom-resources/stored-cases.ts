import type { Json, KubeObject, OwnerReference } from "../../src/kube/object.ts";
import type { Lease, LeaseSpec } from "../../src/kube/lease.ts";
import { events, leases, type Resource } from "../../src/kube/resource.ts";
import { common, type CustomResourceCase, failureOf, faultsOf, merge, type Scene, type Thing } from "./scene.ts";

const secrets: Resource = { group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true };
const noon = "2026-01-01T12:00:00.000000Z";
const later = "2026-01-01T12:00:10.000000Z";

async function held(
  { api, namespace, signal }: Scene,
  spec: LeaseSpec = { holderIdentity: "one", leaseDurationSeconds: 15, renewTime: noon },
): Promise<Lease> {
  return (await api.create(leases, { metadata: { name: "a" }, spec }, { namespace }, { signal })).object;
}

async function renewed({ api, namespace, signal }: Scene, resourceVersion: string | undefined, spec: LeaseSpec): Promise<Lease> {
  const metadata = resourceVersion === undefined ? {} : { resourceVersion };
  return (await api.patch(leases, { namespace, name: "a" }, merge({ metadata, spec } as unknown as Json), {}, { signal })).object;
}

const unnamed = (scene: Scene, text: string | undefined, lease: KubeObject): string | undefined =>
  text?.replaceAll(scene.group, "GROUP").replaceAll(lease.metadata.uid, "UID").replaceAll(lease.metadata.resourceVersion, "VERSION");

/** Leases, events, secrets and what is applied: what an operator keeps in the API beside its own kinds. */
export const storedCases: readonly CustomResourceCase[] = [
  {
    name: "of two that renew a lease by the version they saw, one wins, and the other is told 409",
    run: async (scene) => {
      const { resourceVersion } = (await held(scene)).metadata;
      const won = await renewed(scene, resourceVersion, { holderIdentity: "two", leaseTransitions: 1, renewTime: later });
      const { http, message } = await failureOf(renewed(scene, resourceVersion, { holderIdentity: "three" }));
      return [won.spec?.holderIdentity, won.spec?.leaseDurationSeconds, won.spec?.renewTime, http, message];
    },
    gives: [
      "two",
      15,
      later,
      409,
      'Operation cannot be fulfilled on leases.coordination.k8s.io "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
  },
  {
    name: "a lease goes only as the version, and the incarnation, that was seen",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      const seen = await held(scene);
      const now = await renewed(scene, undefined, { renewTime: later });
      const { resourceVersion, uid } = seen.metadata;
      const at = { namespace, name: "a" };
      const old = await failureOf(api.remove(leases, { ...at, uid }, { resourceVersion }, { signal }));
      const other = await failureOf(api.remove(leases, { ...at, uid: "another" }, {}, { signal }));
      await api.remove(leases, { ...at, uid }, { resourceVersion: now.metadata.resourceVersion }, { signal });
      const gone = await failureOf(api.get(leases, at, { signal }));
      const [first, second] = [unnamed(scene, unnamed(scene, old.message, seen), now), unnamed(scene, other.message, now)];
      return [old.http, first, other.http, second, gone.http];
    },
    gives: [
      409,
      'Operation cannot be fulfilled on Lease.coordination.k8s.io "a": the ResourceVersion in the precondition (VERSION) does not match the ResourceVersion in record (VERSION). The object might have been modified',
      409,
      'Operation cannot be fulfilled on Lease.coordination.k8s.io "a": the UID in the precondition (another) does not match the UID in record (UID). The object might have been deleted and then recreated',
      404,
    ],
  },
  {
    name: "a lease that was made anew is another one: a patch with its old uid is refused",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      const { uid } = (await held(scene)).metadata;
      await api.remove(leases, { namespace, name: "a", uid }, {}, { signal });
      const next = await held(scene);
      const patch = merge({ metadata: { uid }, spec: { holderIdentity: "two" } });
      const { http, reason } = await failureOf(api.patch(leases, { namespace, name: "a" }, patch, {}, { signal }));
      return [next.metadata.uid === uid, http, reason];
    },
    gives: [false, 422, "Invalid"],
  },
  {
    name: "a lease goes with the last object that it names as owner, and at once where another has the owner's name",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      const owner = async (name: string): Promise<OwnerReference> => {
        const { object } = await api.create(secrets, { metadata: { name } }, { namespace }, { signal });
        return { apiVersion: "v1", kind: "Secret", name, uid: object.metadata.uid };
      };
      const owned = (name: string, ...ownerReferences: readonly OwnerReference[]): Promise<unknown> =>
        api.create(leases, { metadata: { name, ownerReferences }, spec: {} }, { namespace }, { signal });
      const [one, two] = [await owner("one"), await owner("two")];
      const gone: string[] = [];
      for await (const batch of api.watch(leases, { namespace, from: "initial-events" }, { signal })) {
        for (const event of batch) {
          if (event.type === "BOOKMARK" && event.initial) {
            await owned("stray", { ...one, uid: two.uid });
            await owned("both", one, two);
            await owned("single", one);
          }
          if (event.type !== "DELETED") continue;
          gone.push(event.item.name);
          if (event.item.name === "stray") await api.remove(secrets, { namespace, ...one }, {}, { signal });
          if (event.item.name === "single") await api.remove(secrets, { namespace, ...two }, {}, { signal });
        }
        if (gone.includes("both")) break;
      }
      return gone;
    },
    gives: ["stray", "single", "both"],
  },
  {
    name: "what a lease may not say",
    run: async (scene) => {
      const whole = await failureOf(held(scene, { renewTime: "2026-01-01T12:00:00Z" }));
      return [
        whole.http,
        await faultsOf(held(scene, { leaseDurationSeconds: 0 })),
        await faultsOf(held(scene, { leaseDurationSeconds: -1, leaseTransitions: -2 })),
        await faultsOf(held(scene, { holderIdentity: "", renewTime: null, acquireTime: noon })),
      ];
    },
    gives: [
      400,
      ["spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"],
      [
        "spec.leaseDurationSeconds: Invalid value: -1: must be greater than 0",
        "spec.leaseTransitions: Invalid value: -2: must be greater than or equal to 0",
      ],
      "accepted",
    ],
  },
  {
    name: "an event about something without a namespace stands in the namespace default alone",
    run: async ({ api, namespace, signal }) => {
      const about = { kind: "Node", apiVersion: "v1", name: "n1" };
      const event = (involvedObject: object) => ({
        metadata: { generateName: "n1." },
        involvedObject,
        reason: "Tried",
        message: "",
        type: "Normal",
      });
      return [
        await faultsOf(api.create(events, event(about), { namespace }, { signal })),
        await faultsOf(api.create(events, event(about), { namespace: "default" }, { signal })),
        await faultsOf(api.create(events, event({ ...about, namespace }), { namespace }, { signal })),
      ];
    },
    gives: [['involvedObject.namespace: Invalid value: "": does not match event.namespace'], "accepted", "accepted"],
  },
  {
    name: "a secret is kept as it was written, and found by its name alone",
    run: async ({ api, namespace, signal }) => {
      const at = { namespace, name: "certificate" };
      await api.create(
        secrets,
        { metadata: { name: at.name }, type: "kubernetes.io/tls", data: { "tls.crt": "YQ==", "tls.key": "Yg==" } },
        { namespace },
        { signal },
      );
      const { object } = await api.patch(secrets, at, merge({ data: { "tls.key": "Yw==" } }), {}, { signal });
      return (object as KubeObject & { readonly data: unknown }).data;
    },
    gives: { "tls.crt": "YQ==", "tls.key": "Yw==" },
  },
  {
    name: "what is applied is made where it is missing, and merged where it is there",
    run: async (scene) => {
      const { api, namespace, signal } = scene;
      const r = await common(scene);
      const apply = async (spec: Json): Promise<Thing> => {
        const body = { apiVersion: `${r.group}/v1`, kind: "Thing", metadata: { name: "a", labels: { x: "y" } }, spec };
        return (
          await api.patch(r, { name: "a", namespace }, { kind: "apply", body, force: true }, { fieldManager: "installer" }, { signal })
        ).object;
      };
      const first = await apply({ a: 1 });
      await api.patch(r, { name: "a", namespace }, merge({ spec: { theirs: true } }), { fieldManager: "another" }, { signal });
      const second = await apply({ a: 2 });
      return [first.spec, first.metadata.generation, second.spec, second.metadata.generation, first.metadata.uid === second.metadata.uid];
    },
    gives: [{ a: 1 }, 1, { a: 2, theirs: true }, 3, true],
  },
];
