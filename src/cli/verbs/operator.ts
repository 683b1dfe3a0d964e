import { type ListenAddress, parseListenAddress } from "../../operator/serving/listen-address.ts";
import { leaseNamespace, names, ports } from "../../operator/manifests/names.ts";
import type { OperatorWishes } from "../../operator/run-operator.ts";
import { logLevels, type LogLevel } from "../../operator/serving/logger.ts";
import { type ExitCode, exitCodes } from "../../present/exit-code.ts";
import type { RunLine } from "../command-line.ts";
import type { FlagValues } from "../flag-values.ts";
import { withCluster } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { voiceOf, type World } from "../world.ts";
import { readNamespace } from "./install.ts";

/** `operator`: runs until it is told to end. Its log is all that it prints, on stderr. */
export async function runOperatorCommand({ positionals, values }: RunLine, world: World): Promise<ExitCode> {
  if (positionals.length > 0) throw new UsageError(`extra arguments: ${positionals.join(" ")}`);
  const wishes = readOperatorWishes(values, world);
  const quiet = { quiet: true, moves: false, voice: voiceOf(world), stdout: () => [], onlyWatches: true as const };
  const { result } = await withCluster(world, values, quiet, (s) =>
    world.engine.operate(s, { ...wishes, version: world.version, sink: (line) => world.err.write(line) }),
  );
  // Somebody else leads: whatever restarts this process shall see that it did not end by order.
  return result === "lost" ? exitCodes.unexpected : exitCodes.done;
}

function readOperatorWishes(values: FlagValues, { env, host }: World): Omit<OperatorWishes, "version" | "sink"> {
  const at = (flag: "metrics-bind-address" | "health-probe-bind-address" | "webhook-bind-address", port: number): ListenAddress | "off" => {
    const text = values.text(flag) ?? `:${port}`;
    const address = parseListenAddress(text);
    if (address === undefined)
      throw new UsageError(`--${flag}=${text} is no address to listen on`, "write it as :8080, 127.0.0.1:8080 or [::1]:8080; 0 for none");
    return address;
  };
  // By the downward API, where it runs in a pod.
  const { POD_NAME: podName, POD_NAMESPACE: podNamespace } = env;
  const webhooksAt = values.on("without-webhooks") ? "off" : at("webhook-bind-address", ports.webhook);
  return {
    namespace: readNamespace(values, podNamespace ?? names.namespace),
    host: podName ?? host,
    ...(podName === undefined || podNamespace === undefined ? {} : { pod: { namespace: podNamespace, name: podName } }),
    leaderElect: values.on("leader-elect"),
    metricsAt: at("metrics-bind-address", ports.metrics),
    healthAt: at("health-probe-bind-address", ports.health),
    webhooks: webhooksAt === "off" ? "off" : { at: webhooksAt, service: values.text("webhook-service") ?? names.webhook },
    leaseNamespace: values.text("lease-namespace") ?? leaseNamespace,
    medik8s: !values.on("without-medik8s"),
    logFormat: values.text("log-format") === "text" ? "text" : "json",
    logLevel: readLogLevel(values),
  };
}

function readLogLevel(values: FlagValues): LogLevel {
  const given = values.text("log-level") ?? "info";
  const level = logLevels.find((one) => one === given);
  if (level === undefined) throw new UsageError(`--log-level=${given} is none`, `give one of ${logLevels.join(", ")}`);
  return level;
}
