import type { Taint } from "../kube/node.ts";
import { parseTaintChanges } from "../kube/taint-spec.ts";
import { modes, type PlanRequest } from "../plan/request.ts";
import type { FlagValues } from "./flag-values.ts";
import type { FlagName } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

/** What a taint takes no notice of: it works on the whole node, and the cluster deletes with each pod's own grace period. */
const passedOver: readonly FlagName[] = ["pod-selector", "rules", "honor", "order", "disable-eviction"];
const passedOverByCluster: readonly FlagName[] = [...passedOver, "grace-period", "require-room", "deadline"];

/** `--mode`, with `--taint` and `--taint-after`. Throws a UsageError for what contradicts itself. */
export function readTaintMode(values: FlagValues): Pick<PlanRequest, "mode" | "taint" | "taintAfter"> {
  const mode = modes.find((candidate) => candidate === values.text("mode")) ?? "Evict";
  const usesTaint = mode === "Taint" || mode === "EvictThenTaint";
  if (!usesTaint) {
    for (const flag of ["taint", "taint-after"] as const) {
      if (values.has(flag)) throw new UsageError(`--${flag} is for --mode=Taint and --mode=EvictThenTaint`);
    }
    return { mode };
  }
  const inVain = (mode === "Taint" ? passedOverByCluster : passedOver).find((flag) => isAsked(flag, values));
  if (inVain !== undefined) throw new UsageError(`a taint takes no notice of --${inVain}`, `leave it out, or evict (--mode=Evict)`);
  const taint = readTaint(values);
  if (mode === "Taint") {
    if (values.has("taint-after")) throw new UsageError("--taint-after is for --mode=EvictThenTaint; --mode=Taint sets the taint at once");
    return { mode, ...taint };
  }
  const after = values.millis("taint-after");
  if (after === undefined)
    throw new UsageError("--mode=EvictThenTaint needs --taint-after", "say when the evictions have had time enough: --taint-after=30m");
  if (after < 0) throw new UsageError("--taint-after must not be less than 0");
  return { mode, ...taint, taintAfter: after };
}

/** Given with the value that it has anyway, a flag asks for nothing. */
function isAsked(flag: FlagName, values: FlagValues): boolean {
  if (flag === "disable-eviction" || flag === "require-room") return values.on(flag);
  if (flag === "grace-period") return (values.int(flag) ?? -1) >= 0;
  return flag === "honor" ? values.texts(flag).length > 0 : values.text(flag) !== undefined;
}

function readTaint(values: FlagValues): { readonly taint?: Taint } {
  const text = values.text("taint");
  if (text === undefined) return {};
  const reading = parseTaintChanges([text]);
  if (!reading.ok) throw new UsageError(reading.message, "write key=value:NoExecute");
  const [taint] = reading.changes.add;
  if (taint === undefined || taint.effect !== "NoExecute")
    throw new UsageError(`--taint=${text} would evict nothing`, "only the effect NoExecute deletes pods");
  return { taint };
}
