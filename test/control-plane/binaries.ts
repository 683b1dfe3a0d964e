import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What runs in the tests of this tier, each built from one of the modules beside this file. */
export const programs = [
  "etcd",
  "kwok",
  "kubectl",
  "kube-scheduler",
  "kube-controller-manager",
  "kube-apiserver",
  "helm",
  "promtool",
] as const;
export type Program = (typeof programs)[number];

const here = import.meta.dirname;
const cache = join(here, "..", "..", ".cache", "control-plane");

/** Names the newest build; what a machine without Go uses. */
export const newestBuild = join(cache, "build");

export const kubernetesVersion = "v1.36.3";

/** Without these the programs call themselves v0.0.0-master, and kubectl warns of a version skew. */
const kubernetesStamp = [
  ["gitVersion", kubernetesVersion],
  ["gitMajor", "1"],
  ["gitMinor", "36"],
]
  .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
  .join(" ");

export interface Recipe {
  readonly directory: string;
  readonly package: string;
  readonly flags: readonly string[];
}

/** How to build a program: `go build <flags> -o … <package>` in `directory`. */
export function recipe(program: Program): Recipe {
  const module = join(here, "modules", program === "etcd" || program === "kwok" || program === "helm" ? program : "kubernetes");
  // Nobody debugs these, and without the data for it they compile in four fifths of the time. Not trimmed of paths: that would put the version
  // that go.mod asks for into each package, and what a module replaces by Kubernetes' own version would be compiled once more.
  const flags = (stamp: string): string[] => ["-gcflags=all=-dwarf=false", "-ldflags", `-s -w${stamp}`];
  // Without the clouds in which Prometheus can look for targets: their libraries take minutes, and gigabytes of memory, to compile.
  if (program === "promtool") {
    return {
      directory: join(here, "modules", "prometheus"),
      package: "github.com/prometheus/prometheus/cmd/promtool",
      flags: ["-tags=remove_all_sd", ...flags("")],
    };
  }
  if (program === "etcd") return { directory: module, package: "go.etcd.io/etcd/server/v3", flags: flags("") };
  if (program === "helm") return { directory: module, package: "helm.sh/helm/v4/cmd/helm", flags: flags("") };
  if (program === "kwok") return { directory: module, package: "sigs.k8s.io/kwok/cmd/kwok", flags: flags("") };
  return { directory: module, package: `k8s.io/kubernetes/cmd/${program}`, flags: flags(` ${kubernetesStamp}`) };
}

/** `go1.26.8`, or undefined where Go is missing. */
export function goVersion(): string | undefined {
  const answer = spawnSync("go", ["env", "GOVERSION"], { cwd: recipe("etcd").directory, encoding: "utf8" });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** The folder of a build: another one for every change of the modules, the flags or Go. */
export function buildFolder(go: string): string {
  const hash = createHash("sha256").update(go);
  for (const program of programs) {
    const { directory, package: name, flags } = recipe(program);
    hash.update(JSON.stringify([program, name, flags]));
    for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(directory, file)));
  }
  return join(cache, hash.digest("hex").slice(0, 12));
}

export type Binaries = { readonly kind: "built"; readonly folder: string } | { readonly kind: "missing"; readonly why: string };

/** Where the programs are, or the one line that says why they are not. */
export function findBinaries(): Binaries {
  const go = goVersion();
  const folder = go === undefined ? newestBuild : buildFolder(go);
  const absent = programs.filter((program) => !existsSync(join(folder, program)));
  if (absent.length === 0) return { kind: "built", folder };
  if (go === undefined) return { kind: "missing", why: "Go is missing, and the control plane was not built before" };
  return { kind: "missing", why: `not built: ${absent.join(", ")}; run node test/control-plane/build.ts` };
}
