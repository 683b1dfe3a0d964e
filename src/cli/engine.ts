import type { NodeView } from "../cluster/view/cluster-view.ts";
import type { MaintainOptions } from "../maintenance/by-object/maintain.ts";
import type { OperatorPresence } from "../maintenance/by-object/operator-presence.ts";
import type { ObjectsOutcome } from "../maintenance/by-object/outcome.ts";
import type { ReturnOptions } from "../maintenance/by-object/return.ts";
import type { ReturnByRecordOptions, ReturnByRecordOutcome } from "../maintenance/by-object/return-checked.ts";
import type { StoppedBefore } from "../maintenance/unless-stopped.ts";
import type { ClusterCheck } from "../maintenance/check-cluster.ts";
import type { FollowEnd } from "../maintenance/follow-status.ts";
import type { NoLook } from "../maintenance/look.ts";
import type { Outcome, PreviewOutcome } from "../maintenance/outcome.ts";
import type { PodsReport } from "../maintenance/pods-on.ts";
import type { PowerOffCheck } from "../maintenance/power-off/check-power-off.ts";
import type { Ranking } from "../maintenance/rank/rank.ts";
import type { StatusOptions, StatusOutcome, StatusReport } from "../maintenance/status.ts";
import type { TaintOptions } from "../maintenance/taint.ts";
import type { WhyOptions, WhyOutcome } from "../maintenance/why/work.ts";
import type { InstallOptions } from "../operator/install/install.ts";
import type { InstallOutcome } from "../operator/install/outcome.ts";
import type { OperatorWishes, RunEnd } from "../operator/run-operator.ts";
import type { UninstallOutcome } from "../operator/uninstall/outcome.ts";
import type { UninstallOptions } from "../operator/uninstall/uninstall.ts";
import type { CordonOptions, DrainOptions, PreviewWishes, Surroundings } from "../maintenance/work.ts";

/** What the commands ask for; the rooms below do it. Injected, so that what the command line says can be tested without a cluster. */
export interface Engine {
  drain(s: Surroundings, o: DrainOptions): Promise<Outcome>;
  previewNodes(s: Surroundings, o: PreviewWishes): Promise<PreviewOutcome>;
  rankNodes(s: Surroundings, o: DrainOptions): Promise<Ranking | NoLook>;
  status(s: Surroundings, o: StatusOptions): Promise<StatusOutcome>;
  followStatus(s: Surroundings, o: StatusOptions, report: (seen: StatusReport) => void): Promise<FollowEnd>;
  nodesOfChoice(s: Surroundings, o: StatusOptions): Promise<readonly NodeView[] | FollowEnd>;
  podsOnNodes(s: Surroundings, o: DrainOptions): Promise<PodsReport | NoLook>;
  why(s: Surroundings, o: WhyOptions): Promise<WhyOutcome>;
  cordonNodes(s: Surroundings, o: CordonOptions): Promise<Outcome>;
  uncordonNodes(s: Surroundings, o: CordonOptions): Promise<Outcome>;
  taintNodes(s: Surroundings, o: TaintOptions): Promise<Outcome>;
  checkPowerOff(s: Surroundings, node: string, pageSize: number): Promise<PowerOffCheck | NoLook>;
  checkCluster(s: Surroundings): Promise<ClusterCheck>;
  findOperator(s: Surroundings): Promise<OperatorPresence | StoppedBefore>;
  maintainNodes(s: Surroundings, o: MaintainOptions): Promise<ObjectsOutcome>;
  returnNodes(s: Surroundings, o: ReturnOptions): Promise<ObjectsOutcome>;
  returnByRecord(s: Surroundings, o: ReturnByRecordOptions): Promise<ReturnByRecordOutcome>;
  operate(s: Surroundings, o: OperatorWishes): Promise<RunEnd>;
  install(s: Surroundings, o: InstallOptions): Promise<InstallOutcome>;
  uninstall(s: Surroundings, o: UninstallOptions): Promise<UninstallOutcome>;
}
