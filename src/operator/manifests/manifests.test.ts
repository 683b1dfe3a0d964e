import { describe, expect, test } from "vitest";
import { type RoleRule, rulesOf } from "../../maintenance/role.ts";
import type { Manifest } from "./manifest.ts";
import { lasting, manifests, operator } from "./manifests.ts";
import { defaultOptions, type ManifestOptions } from "./options.ts";
import { clusterRules, eventRules, leaseRules, ownRules } from "./rules.ts";

const options = defaultOptions("1.2.3");
const variants: readonly (readonly [string, ManifestOptions])[] = [
  ["as it is", options],
  ["without webhooks", { ...options, withoutWebhooks: true }],
  ["without medik8s", { ...options, withoutMedik8s: true }],
  ["with one replica in another namespace", { ...options, replicas: 1, namespace: "maintenance" }],
  ["with nothing optional", { ...options, replicas: 0, withoutWebhooks: true, withoutMedik8s: true }],
];

const idOf = ({ kind, metadata }: Manifest): string =>
  [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join("/");
const ids = (o: ManifestOptions): readonly string[] => manifests(o).map(idOf);
const one = <T = Manifest>(o: ManifestOptions, id: string): T => {
  const found = manifests(o).find((manifest) => idOf(manifest) === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found as T;
};

interface Deployed {
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly [
          { readonly image: string; readonly args: readonly string[]; readonly ports: readonly object[]; readonly securityContext: object },
        ];
      };
    };
  };
}
const deployment = (o: ManifestOptions): Deployed => one<Deployed>(o, `Deployment/${o.namespace}/drydock-operator`);

describe.each(variants)("what is installed %s", (_, o) => {
  test("names no object twice", () => {
    expect(new Set(ids(o)).size).toBe(ids(o).length);
  });

  test("makes each namespace before anything that stands in it", () => {
    const made = new Set(["default"]);
    const early = manifests(o).filter(({ kind, metadata }) => {
      if (kind === "Namespace") made.add(metadata.name);
      return metadata.namespace !== undefined && !made.has(metadata.namespace);
    });
    expect(early).toEqual([]);
  });

  test("carries its version on all that goes with the operator", () => {
    for (const { metadata } of operator(o)) expect(metadata.labels?.["app.kubernetes.io/version"]).toBe("1.2.3");
  });

  test("chooses its own pods by labels that they have and no other installation changes", () => {
    const { selector, template } = deployment(o).spec;
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(selector.matchLabels).toEqual({ "app.kubernetes.io/name": "drydock", "app.kubernetes.io/component": "operator" });
  });

  test("keeps to Pod Security's restricted, and fixes no user", () => {
    const { securityContext, containers } = deployment(o).spec.template.spec;
    expect(securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("has no wildcard in any role", () => {
    const roles = manifests(o).filter(({ kind }) => kind === "Role" || kind === "ClusterRole");
    expect(roles.length).toBeGreaterThan(4);
    expect(JSON.stringify(roles)).not.toContain("*");
  });

  test("binds every role of the operator to its account, and the roles for people to nobody", () => {
    const bound = manifests(o).flatMap((manifest) =>
      manifest.kind.endsWith("Binding")
        ? [`${manifest.kind.replace("Binding", "")}/${manifest.metadata.namespace ?? ""}/${manifest.metadata.name}`]
        : [],
    );
    const roles = manifests(o).flatMap(({ kind, metadata }) =>
      kind === "Role" || kind === "ClusterRole" ? [`${kind}/${metadata.namespace ?? ""}/${metadata.name}`] : [],
    );
    expect(roles.filter((role) => !bound.includes(role))).toEqual(["ClusterRole//drydock-viewer", "ClusterRole//drydock-editor"]);
    for (const manifest of manifests(o).filter(({ kind }) => kind.endsWith("Binding")))
      expect(manifest["subjects"]).toEqual([{ kind: "ServiceAccount", name: "drydock-operator", namespace: o.namespace }]);
  });

  test("says of each rule what it is for", () => {
    for (const { purpose } of [...clusterRules(o), ...ownRules(o), ...leaseRules, ...eventRules]) expect(purpose).toMatch(/^[a-z].*[^.]$/);
  });
});

test("whoever edits objects has all that the commands that speak to the operator ask for, and whoever views them changes nothing", () => {
  interface Ruled {
    readonly rules: readonly RoleRule[];
  }
  const allowed = (rules: readonly RoleRule[]): readonly string[] =>
    rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => [verb, group, resource, resourceNames].join(" ")))),
    );
  const editor = allowed(one<Ruled>(options, "ClusterRole/drydock-editor").rules);
  const asked = allowed(rulesOf("maintain"));
  expect(asked).toContain("list coordination.k8s.io leases drydock-operator");
  expect(asked.filter((each) => !editor.includes(each))).toEqual([]);
  expect(one<Ruled>(options, "ClusterRole/drydock-viewer").rules.flatMap(({ verbs }) => verbs)).not.toContain("patch");
});

test("the kinds and the namespace shared with medik8s outlive the operator, and nothing else does", () => {
  expect(lasting(options).map(idOf)).toEqual([
    "CustomResourceDefinition/maintenances.drydock.dev",
    "CustomResourceDefinition/nodemaintenances.nodemaintenance.medik8s.io",
    "Namespace/medik8s-leases",
  ]);
});

test("a budget keeps one pod up where there are two, and stands in nobody's way where there is one", () => {
  const budget = "PodDisruptionBudget/drydock-system/drydock-operator";
  expect(ids(options)).toContain(budget);
  expect(ids({ ...options, replicas: 1 })).not.toContain(budget);
});

test("without webhooks nothing is left that names one", () => {
  expect(JSON.stringify(manifests({ ...options, withoutWebhooks: true })).replaceAll("--without-webhooks", "")).not.toMatch(
    /validatingwebhook|drydock-webhook|"webhook"/i,
  );
});

test("without medik8s nothing is left that names its kind", () => {
  expect(JSON.stringify(manifests({ ...options, withoutMedik8s: true }))).not.toMatch(/nodemaintenance(?!s? of)/i);
});

test("the API server asks about our two kinds only, never about status, and is refused where nobody answers", () => {
  const configurations = manifests(options).filter(({ kind }) => kind === "ValidatingWebhookConfiguration");
  expect(configurations.map((configuration) => configuration["webhooks"])).toMatchObject([
    [{ failurePolicy: "Fail", timeoutSeconds: 5, rules: [{ resources: ["maintenances"], operations: ["CREATE", "UPDATE"] }] }],
    [{ failurePolicy: "Fail", timeoutSeconds: 5, rules: [{ resources: ["nodemaintenances"], operations: ["CREATE", "UPDATE"] }] }],
  ]);
  // The operator writes it: what is applied again later must not take it away.
  expect(JSON.stringify(configurations)).not.toContain("caBundle");
});

test("what the program is called with names the ports that are served", () => {
  const { args, ports, image } = deployment({ ...options, image: "registry.example/drydock@sha256:00" }).spec.template.spec.containers[0];
  expect(image).toBe("registry.example/drydock@sha256:00");
  expect(args[0]).toBe("operator");
  expect(args).toContain("--namespace=drydock-system");
  for (const [flag, port] of [
    ["metrics", 8080],
    ["health-probe", 8081],
    ["webhook", 9443],
  ] as const) {
    expect(args).toContain(`--${flag}-bind-address=:${port}`);
    expect(ports).toContainEqual(expect.objectContaining({ containerPort: port }));
  }
});
