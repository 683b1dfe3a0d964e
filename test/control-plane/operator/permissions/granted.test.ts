import { describe, expect, test } from "vitest";
import { names } from "../../../../src/operator/manifests/names.ts";
import type { Manifest } from "../../../../src/operator/manifests/manifest.ts";
import type { AuditEvent } from "../../fixture/audit.ts";
import { type Grant, grantsTo, refusedTo, usedBy, userOf, wordsFor } from "./granted.ts";

const account = { namespace: names.namespace, name: names.operator };
const user = userOf(account);

function bound(kind: "Role" | "ClusterRole", rules: readonly object[], name = "given", subject: object = account): readonly Manifest[] {
  const metadata = { name, ...(kind === "Role" ? { namespace: "home" } : {}) };
  return [
    { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata, rules },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: `${kind}Binding`,
      metadata,
      roleRef: { kind, name },
      subjects: [{ kind: "ServiceAccount", ...subject }],
    },
  ] as unknown as readonly Manifest[];
}

const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };

function event(verb: string, requestURI: string, more: Partial<AuditEvent> = {}): AuditEvent {
  const stamp = "2026-01-05T09:00:00.000000Z";
  return {
    auditID: `${verb} ${requestURI}`,
    stage: "ResponseComplete",
    verb,
    requestURI,
    user: { username: user },
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
    ...more,
  };
}

const said = (grants: readonly Grant[]): readonly string[] => grants.map(wordsFor);

describe("what roles grant", () => {
  test("is told verb by verb, name by name, with the namespace of the binding", () => {
    const objects = [
      ...bound("ClusterRole", [{ apiGroups: [""], resources: ["nodes", "pods/eviction"], verbs: ["create"] }]),
      ...bound("Role", [{ ...leases, resourceNames: ["a", "b"], verbs: ["patch"] }]),
      ...bound("ClusterRole", [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }], "paths"),
    ];
    expect(said(grantsTo(account, objects))).toEqual([
      "create nodes",
      "create pods/eviction",
      "patch leases.coordination.k8s.io named a in home",
      "patch leases.coordination.k8s.io named b in home",
      "get /metrics",
    ]);
  });

  test("is nothing where the role is bound to somebody else", () => {
    expect(grantsTo(account, bound("ClusterRole", [{ ...leases, verbs: ["get"] }], "given", { ...account, name: "other" }))).toEqual([]);
  });
});

describe("a grant is used", () => {
  const lease = { resource: "leases", apiGroup: "coordination.k8s.io", namespace: "home", name: "a" };
  const uri = "/apis/coordination.k8s.io/v1/namespaces/home/leases";
  const cluster = grantsTo(account, bound("ClusterRole", [{ ...leases, verbs: ["get", "create", "patch"] }]));
  const named = grantsTo(account, bound("Role", [{ ...leases, resourceNames: ["a"], verbs: ["get"] }]));
  const paths = grantsTo(account, bound("ClusterRole", [{ nonResourceURLs: ["/healthz", "/logs/*"], verbs: ["get"] }]));

  test.each<readonly [what: string, grants: readonly Grant[], event: AuditEvent, used: readonly string[]]>([
    ["by its verb", cluster, event("get", `${uri}/a`, { objectRef: lease }), ["get leases.coordination.k8s.io"]],
    [
      "also where nothing was found",
      cluster,
      event("get", `${uri}/a`, { objectRef: lease, responseStatus: { code: 404 } }),
      ["get leases.coordination.k8s.io"],
    ],
    ["not by what was refused", cluster, event("get", `${uri}/a`, { objectRef: lease, responseStatus: { code: 403 } }), []],
    ["not by somebody else", cluster, event("get", `${uri}/a`, { objectRef: lease, user: { username: "jane" } }), []],
    ["not by another group", cluster, event("get", "/apis/x.example/v1/leases/a", { objectRef: { ...lease, apiGroup: "x.example" } }), []],
    ["not by a subresource", cluster, event("get", `${uri}/a/status`, { objectRef: { ...lease, subresource: "status" } }), []],
    [
      "twice by an apply that creates",
      cluster,
      event("patch", `${uri}/a?fieldManager=drydock`, { objectRef: lease, responseStatus: { code: 201 } }),
      ["create leases.coordination.k8s.io", "patch leases.coordination.k8s.io"],
    ],
    ["by its name", named, event("get", `${uri}/a`, { objectRef: lease }), ["get leases.coordination.k8s.io named a in home"]],
    ["not by another name", named, event("get", `${uri}/b`, { objectRef: { ...lease, name: "b" } }), []],
    ["not in another namespace", named, event("get", uri, { objectRef: { ...lease, namespace: "away" } }), []],
    ["by its path", paths, event("get", "/healthz?verbose"), ["get /healthz"]],
    ["by what is under its path", paths, event("get", "/logs/kube"), ["get /logs/*"]],
  ])("%s", (_, grants, one, used) => {
    expect(said(usedBy(user, [one], grants))).toEqual(used);
  });
});

test("what was refused is told once, and of this user only", () => {
  const denied = { responseStatus: { code: 403 } };
  const events = [
    event("list", "/api/v1/secrets", denied),
    event("list", "/api/v1/secrets", denied),
    event("list", "/api/v1/pods", { ...denied, user: { username: "jane" } }),
    event("list", "/api/v1/nodes"),
  ];
  expect(refusedTo(user, events)).toEqual(["list /api/v1/secrets"]);
});
