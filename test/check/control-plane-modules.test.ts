import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

// What is compiled for the tests against a real control plane, by its go.mod files. Nothing is built here.
const modules = resolve(import.meta.dirname, "../control-plane/modules");

/** Module → version, what is replaced by what replaces it. */
function versions(name: string): ReadonlyMap<string, string> {
  const text = readFileSync(resolve(modules, name, "go.mod"), "utf8");
  const required = [...text.matchAll(/^\s+(\S+) (v\S+)(?: \/\/ indirect)?$/gm)];
  const replaced = [...text.matchAll(/^(?:replace)?\s+(\S+)(?: v\S+)? => \S+ (v\S+)$/gm)];
  return new Map([...required, ...replaced].map(([, module = "", version = ""]) => [module, version]));
}

const kubernetes = versions("kubernetes");

/** A third of all that is compiled, if each program had its own versions. */
const shared = [
  "github.com/go-openapi/jsonpointer",
  "github.com/go-openapi/jsonreference",
  "github.com/go-openapi/swag",
  "github.com/google/gnostic-models",
  "github.com/mailru/easyjson",
  "golang.org/x/net",
  "golang.org/x/oauth2",
  "golang.org/x/sys",
  "golang.org/x/term",
  "golang.org/x/text",
  "golang.org/x/time",
  "google.golang.org/protobuf",
  "k8s.io/api",
  "k8s.io/apimachinery",
  "k8s.io/client-go",
  "k8s.io/klog/v2",
  "k8s.io/kube-openapi",
  "k8s.io/utils",
  "sigs.k8s.io/structured-merge-diff/v6",
];

test.each(["kwok", "helm", "prometheus"])(
  "%s takes Kubernetes' client, and what that needs, at Kubernetes' versions: compiled once",
  (name) => {
    const own = versions(name);
    expect(own.get("k8s.io/client-go")).toBe(kubernetes.get("k8s.io/client-go"));
    const others = shared.filter((module) => own.has(module) && own.get(module) !== kubernetes.get(module));
    expect(others).toEqual([]);
    expect(shared.filter((module) => !kubernetes.has(module))).toEqual([]);
  },
);
