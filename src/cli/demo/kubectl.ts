import { parse } from "yaml";
import type { KubeApi } from "../../client/kube-api.ts";
import { isKubeError } from "../../client/errors.ts";
import type { KubeEvent } from "../../kube/event.ts";
import type { Json, KubeObject } from "../../kube/object.ts";
import { apiVersionOf, deployments, events, nodes, qualifiedName, type Resource } from "../../kube/resource.ts";
import { until } from "../../operator/install/until.ts";
import { dim, plain } from "../../present/line.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { EmbeddedCluster } from "../../simulator/embedded-cluster.ts";
import { type Console, documentText } from "../console.ts";
import { UsageError } from "../usage-error.ts";
import { KindTable } from "./kind-table.ts";
import { readKubectlWords } from "./kubectl-words.ts";
import { columnsOf, type ShownKind, shownKinds } from "./shown-kind.ts";

export interface KubectlNeeds {
  readonly cluster: EmbeddedCluster;
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly console: Console;
  /** How wide stdout is; Infinity where it is no terminal. */
  cells(): number;
}

/** What goes with one line. */
export interface KubectlLine {
  /** For `apply`: one object, as YAML or JSON. */
  readonly manifest?: string;
  /** With `get -w`: it ends, as by Ctrl-C, when this holds of an object. */
  until?(object: KubeObject): boolean;
  readonly stop: AbortSignal;
}

/** The few lines of kubectl that are typed on the simulated cluster, with kubectl's own words on stdout. */
export class Kubectl {
  readonly #o: KubectlNeeds;

  constructor(o: KubectlNeeds) {
    this.#o = o;
  }

  /**
   * @param words what follows `kubectl`
   * @throws KubeError as the server answers; UsageError for what this one does not know; the reason of `stop`
   */
  async run(words: readonly string[], line: KubectlLine): Promise<void> {
    const { verb, args, flags } = readKubectlWords(words);
    const [first = "", second] = args;
    const namespace = flags.get("namespace");
    const at = { ...(namespace === undefined ? {} : { namespace }), ...(second === undefined ? {} : { name: second }) };
    const { stop } = line;
    switch (verb) {
      case "get":
        return flags.has("watch")
          ? await this.#watch(kindNamed(first), second, line)
          : await this.#get(kindNamed(first), at, flags.get("output"), stop);
      case "apply":
        return await this.#apply(line.manifest ?? "", stop);
      case "delete":
        return await this.#delete(kindNamed(first).resource, at, stop);
      case "scale":
        return await this.#scale({ namespace: namespace ?? "default", name: second ?? "" }, flags.get("replicas"), stop);
      case "cordon":
      case "uncordon":
        return await this.#cordon(first, verb, stop);
      case "events":
        return await this.#events(flags.get("for"), flags.get("types"), stop);
      default:
        throw new UsageError(`this kubectl has no "${verb}"`, "it has get, apply, delete, scale, cordon, uncordon and events");
    }
  }

  async #get(kind: ShownKind, { namespace, name }: Named, output: string | undefined, stop: AbortSignal): Promise<void> {
    const { console, cluster, clock } = this.#o;
    const { resource } = kind;
    const found = (await this.#list(resource, stop)).filter(
      ({ metadata }) => (namespace === undefined || metadata.namespace === namespace) && (name === undefined || metadata.name === name),
    );
    if (name !== undefined && found.length === 0) throw new UsageError(`${qualifiedName(resource)} "${name}" not found`);
    if (output === "yaml") return console.out(await documentText(asKubectlShows(resource, found), "yaml"));
    if (output !== undefined && output !== "wide") throw new UsageError(`this kubectl has no output ${output}`, "it has yaml and wide");
    if (found.length === 0) return console.out("No resources found");
    const table = new KindTable(columnsOf(kind, cluster, output === "wide"));
    for (const text of table.lines(found, clock.now())) console.fitted([plain(text)]);
  }

  /** A row for each object whenever what stands in it, less the age, is another. */
  async #watch(kind: ShownKind, name: string | undefined, line: KubectlLine): Promise<void> {
    const { console, cluster, clock } = this.#o;
    const columns = columnsOf(kind, cluster);
    const table = new KindTable(columns, this.#o.cells());
    const lasting = columns.filter(({ head }) => head !== "AGE");
    const shown = new Map<string, string>();
    const show = (objects: readonly KubeObject[]): boolean => {
      const news = objects.filter((object) => {
        const { uid } = object.metadata;
        const before = shown.get(uid);
        shown.set(uid, lasting.map((column) => column.text(object, 0)).join(" "));
        return before !== shown.get(uid);
      });
      const rows = table.lines(news, clock.now());
      for (const text of isBegun ? rows.slice(1) : news.length === 0 ? [] : rows) console.fitted([plain(text)]);
      isBegun ||= news.length > 0;
      return objects.some((object) => line.until?.(object) === true);
    };
    let isBegun = false;
    await until(kind.resource, name === undefined ? { all: true } : { name }, show, { ...this.#o, stop: line.stop });
    console.out([dim("^C")]);
  }

  async #apply(manifest: string, stop: AbortSignal): Promise<void> {
    const { api, console } = this.#o;
    const body = parse(manifest) as KubeObject;
    const kind = shownKinds.find(({ resource }) => resource.kind === body.kind && apiVersionOf(resource) === body.apiVersion);
    if (kind === undefined) throw new UsageError(`no matches for kind "${body.kind ?? ""}" in version "${body.apiVersion ?? ""}"`);
    const { resource } = kind;
    const { name } = body.metadata;
    const fieldManager = "kubectl-client-side-apply";
    const call = { signal: stop };
    try {
      await api.create(resource, body, { fieldManager }, call);
      console.out(`${printed(resource, name)} created`);
    } catch (error) {
      if (!isKubeError(error, "already-exists")) throw error;
      await api.patch(resource, { name }, { kind: "merge", body: body as unknown as Json }, { fieldManager }, call);
      console.out(`${printed(resource, name)} configured`);
    }
  }

  /** As kubectl, it waits until the object is gone. */
  async #delete(resource: Resource, { name = "", namespace }: Named, stop: AbortSignal): Promise<void> {
    const { api, console } = this.#o;
    const at = { name, ...(resource.namespaced ? { namespace: namespace ?? "default" } : {}) };
    const { uid } = (await api.get(resource, at, { signal: stop })).metadata;
    await api.remove(resource, { ...at, uid }, {}, { signal: stop });
    const of = resource.group === "" ? "" : `.${resource.group}`;
    console.out(`${resource.kind.toLowerCase()}${of} "${name}" deleted`);
    await until(resource, at, (there) => there.every(({ metadata }) => metadata.uid !== uid), { ...this.#o, stop });
  }

  async #scale(at: Required<Named>, count: string | undefined, stop: AbortSignal): Promise<void> {
    const { api, console } = this.#o;
    const replicas = Number(count);
    if (count === undefined || !Number.isInteger(replicas) || replicas < 0) throw new UsageError("scale to how many?", "--replicas=N");
    await api.patch(deployments, at, { kind: "merge", body: { spec: { replicas } } }, { fieldManager: "kubectl" }, { signal: stop });
    console.out(`${printed(deployments, at.name)} scaled`);
  }

  async #cordon(name: string, verb: "cordon" | "uncordon", stop: AbortSignal): Promise<void> {
    const { api, console } = this.#o;
    const body = { spec: { unschedulable: verb === "cordon" ? true : null } };
    await api.patch(nodes, { name }, { kind: "merge", body }, { fieldManager: "kubectl" }, { signal: stop });
    console.out(`node/${name} ${verb}ed`);
  }

  async #events(about: string | undefined, types: string | undefined, stop: AbortSignal): Promise<void> {
    const [kind = "", name] = about?.split("/") ?? [];
    const resource = about === undefined ? undefined : kindNamed(kind).resource;
    const found = (await this.#list<KubeEvent>(events, stop)).filter(
      ({ type, involvedObject }) =>
        (types === undefined || type === types) &&
        (resource === undefined || (involvedObject.kind === resource.kind && involvedObject.name === name)),
    );
    const { console, cluster, clock } = this.#o;
    const columns = columnsOf(kindNamed("events"), cluster);
    const table = new KindTable(columns);
    // Their last column is a sentence: on a narrow terminal it takes more lines.
    for (const text of table.lines(found, clock.now())) console.out([plain(text)]);
  }

  async #list<T extends KubeObject>(resource: Resource<T>, stop: AbortSignal): Promise<readonly T[]> {
    const found: T[] = [];
    for await (const page of this.#o.api.list(resource, {}, { signal: stop })) found.push(...page.items.map(({ value }) => value));
    return found;
  }
}

interface Named {
  readonly namespace?: string;
  readonly name?: string;
}

/** One object, or a list of them; without managedFields, as kubectl leaves them out. */
function asKubectlShows(resource: Resource, objects: readonly KubeObject[]): Json {
  const shown = objects.map((object) => {
    const { managedFields: _, ...metadata } = object.metadata;
    return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...object, metadata } as unknown as Json;
  });
  return shown.length === 1 ? (shown[0] ?? null) : { apiVersion: "v1", kind: "List", items: shown };
}

function kindNamed(word: string): ShownKind {
  const kind = shownKinds.find(({ names }) => names.includes(word));
  if (kind === undefined) throw new UsageError(`the server doesn't have a resource type "${word}"`);
  return kind;
}

/** `deployment.apps/db`, as kubectl names what it has written. */
function printed({ kind, group }: Resource, name: string): string {
  return `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}/${name}`;
}
