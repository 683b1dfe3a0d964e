import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Millis } from "../../src/runtime/clock.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { runProgram } from "../run-program.ts";

/** How long after its start the command's first request arrives at the server; undefined where none came. Best of several runs. */
export async function firstRequestAfter(
  command: string,
  env: NodeJS.ProcessEnv,
  folder: string,
  args: readonly string[] = ["preview", "node-1"],
): Promise<Millis | undefined> {
  const arrivals: Millis[] = [];
  const server = createServer((_request, response) => {
    arrivals.push(realClock.monotonic());
    response.writeHead(403, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", reason: "Forbidden", code: 403 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const kubeconfig = join(folder, "first-request.json");
  const named = <K extends string, V>(kind: K, value: V): object => ({ name: "x", [kind]: value });
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "x",
      clusters: [named("cluster", { server: `http://127.0.0.1:${port}` })],
      contexts: [named("context", { cluster: "x", user: "x" })],
      users: [named("user", { token: "smoke" })],
    }),
  );
  let best: Millis | undefined;
  for (let run = 0; run < 5; run++) {
    arrivals.length = 0;
    const since = realClock.monotonic();
    await runProgram(command, [...args, "--kubeconfig", kubeconfig], { cwd: folder, env });
    const [first] = arrivals;
    if (first !== undefined) best = Math.min(best ?? first - since, first - since);
  }
  server.close();
  return best;
}
