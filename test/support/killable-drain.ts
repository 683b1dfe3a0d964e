import type { KubeApi } from "../../src/client/kube-api.ts";
import { drain } from "../../src/maintenance/drain.ts";
import type { DrainOptions } from "../../src/maintenance/work.ts";
import type { DrainWorld } from "./drain-world.ts";

/** One process that drains: it works until it is killed, which leaves nothing of it but what the server has. */
export function killableDrain(world: DrainWorld, options: DrainOptions) {
  const stop = new AbortController();
  const surroundings = world.surroundings(stop.signal);
  let isAlive = true;
  const { observe } = surroundings;
  const work = drain({ ...surroundings, observe: (event) => (isAlive ? observe(event) : undefined) }, options);
  return {
    work,
    kill: async () => {
      isAlive = false;
      await (surroundings.api satisfies KubeApi)[Symbol.asyncDispose]();
      stop.abort(new Error("killed"));
      work.catch(() => {});
    },
  };
}
