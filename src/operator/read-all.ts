import { isKubeError } from "../client/errors.ts";
import type { Selection } from "../client/kube-api.ts";
import type { KubeObject } from "../kube/object.ts";
import { qualifiedName, type Resource } from "../kube/resource.ts";
import type { Surroundings } from "../maintenance/work.ts";

/** What could not be read, and the server's word for why. */
export interface NotRead {
  readonly resource: string;
  readonly why: string;
}

/** Reads whole kinds, and keeps a list of what could not be read; a kind that is not served has no objects. */
export class Reader {
  readonly notRead: NotRead[] = [];
  readonly #s: Pick<Surroundings, "api" | "stop">;

  constructor(s: Pick<Surroundings, "api" | "stop">) {
    this.#s = s;
  }

  /** @throws KubeError for any failure but a missing kind or a missing right */
  async all<T extends KubeObject, P = T>(
    resource: Resource<T>,
    selection: Selection = {},
    project?: (object: T) => P,
  ): Promise<readonly P[]> {
    const found: P[] = [];
    try {
      const query = project === undefined ? selection : { ...selection, project };
      for await (const page of this.#s.api.list<T, P>(resource, query, { signal: this.#s.stop })) {
        if (page.restarted === true) found.length = 0;
        found.push(...page.items.map(({ value }) => value));
      }
    } catch (error) {
      if (isKubeError(error, "not-found")) return [];
      if (!isKubeError(error, "forbidden")) throw error;
      this.notRead.push({ resource: qualifiedName(resource), why: error.message });
    }
    return found;
  }
}
