import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import type { RequestOptions } from "node:https";
import { join } from "node:path";
import { ExecAuth } from "@kubernetes/client-node/dist/exec_auth.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../runtime/clock.ts";
import { realClock } from "../../runtime/real-clock.ts";
import { formatTime } from "../../kube/time.ts";
import { identify, type Identity } from "./identity.ts";
import { certificates } from "./testing/certificates.ts";
import { type Folder, kubeconfigFor, movableClock, noSurroundings, temporaryFolder } from "./testing/connected.ts";

const { signal } = new AbortController();
const v1 = "client.authentication.k8s.io/v1";
let folder: Folder;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder[Symbol.asyncDispose]());

interface Scripted {
  readonly script: string;
  readonly exec?: object;
  readonly user?: object;
  readonly cluster?: object;
  readonly clock?: Clock;
  readonly terminal?: boolean;
}

/** An identity whose plugin is a shell script; each run leaves a line in `runs`. */
async function plugin({ script, exec, user, cluster, clock = realClock, terminal = false }: Scripted): Promise<Identity> {
  await folder.write("login", `#!/bin/sh\necho run >> '${join(folder.path, "runs")}'\n${script}\n`, 0o700);
  const shown = { exec: { apiVersion: v1, command: "./login", interactiveMode: "IfAvailable", ...exec }, ...user };
  const kubeconfig = await folder.write("config", kubeconfigFor("https://k:6443", shown, cluster));
  return identify({ kubeconfig }, { ...noSurroundings, terminal }, clock);
}

const runs = async (): Promise<number> => (await readFile(join(folder.path, "runs"), "utf8")).split("\n").length - 1;
const credential = (status: object): string => JSON.stringify({ kind: "ExecCredential", apiVersion: v1, status });
const says = (status: object): string => `cat <<'END'\n${credential(status)}\nEND`;
const authorizationOf = async (identity: Identity): Promise<string | undefined> =>
  (await identity.credential(signal)).secrets.authorization;

describe("an exec plugin", () => {
  it("runs once for many who ask at once, and not again while its credential counts", async () => {
    const identity = await plugin({ script: says({ token: "t" }) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => authorizationOf(identity)));
    expect(new Set(answers)).toEqual(new Set(["Bearer t"]));
    await authorizationOf(identity);
    expect(await runs()).toBe(1);
  });

  it("is told what Kubernetes tells plugins, in KUBERNETES_EXEC_INFO, and given its own arguments and variables", async () => {
    const identity = await plugin({
      script: `printf '%s' "$KUBERNETES_EXEC_INFO" > '${join(folder.path, "info")}'; printf '%s' "$1 $REGION" > '${join(folder.path, "rest")}'; ${says({ token: "t" })}`,
      exec: { args: ["get-token"], env: [{ name: "REGION", value: "north" }], provideClusterInfo: true },
      cluster: {
        "tls-server-name": "k.example",
        extensions: [{ name: "client.authentication.k8s.io/exec", extension: { audience: "abc" } }],
      },
    });
    await identity.credential(signal);
    expect(JSON.parse(await readFile(join(folder.path, "info"), "utf8"))).toEqual({
      kind: "ExecCredential",
      apiVersion: v1,
      spec: {
        interactive: false,
        cluster: {
          server: "https://k:6443",
          "tls-server-name": "k.example",
          "certificate-authority-data": Buffer.from(certificates().ca).toString("base64"),
          config: { audience: "abc" },
        },
      },
    });
    expect(await readFile(join(folder.path, "rest"), "utf8")).toBe("get-token north");
  });

  it("is renewed when 10 % of its credential's life is left, while the old one still serves", async () => {
    const { clock, forward } = movableClock();
    const life = 600_000;
    const stamp = (at: number): string => formatTime(clock.now() + at);
    const identity = await plugin({
      clock,
      script: `n=$(wc -l < '${join(folder.path, "runs")}' | tr -d ' '); test "$n" = 1 && until=${stamp(life)} || until=${stamp(2 * life)}
printf '{"kind":"ExecCredential","apiVersion":"${v1}","status":{"token":"t%s","expirationTimestamp":"%s"}}' "$n" "$until"`,
    });
    expect(await authorizationOf(identity)).toBe("Bearer t1");
    forward(0.85 * life);
    expect(await authorizationOf(identity)).toBe("Bearer t1");
    expect(await runs()).toBe(1);
    forward(0.06 * life);
    expect(await authorizationOf(identity)).toBe("Bearer t1");
    // Renewal is under way: the same run answers whoever asks for a new one.
    await identity.renew({ ...(await identity.credential(signal)) }, signal);
    expect(await authorizationOf(identity)).toBe("Bearer t2");
    expect(await runs()).toBe(2);
    forward(1.2 * life);
    expect(await authorizationOf(identity).catch((error: unknown) => (error as Error).message)).toMatch(/expired already/);
  });

  it("runs anew after a refusal, once for all who were refused", async () => {
    const identity = await plugin({
      script: `printf '{"kind":"ExecCredential","apiVersion":"${v1}","status":{"token":"t%s"}}' "$(wc -l < '${join(folder.path, "runs")}' | tr -d ' ')"`,
    });
    const stale = await identity.credential(signal);
    expect(await Promise.all([identity.renew(stale, signal), identity.renew(stale, signal)])).toEqual([true, true]);
    expect(await identity.renew(stale, signal)).toBe(true);
    expect(await runs()).toBe(2);
    expect(await authorizationOf(identity)).toBe("Bearer t2");
  });

  it("is not run where there is a token", async () => {
    const identity = await plugin({ script: says({ token: "t" }), user: { token: "fixed" } });
    expect(await authorizationOf(identity)).toBe("Bearer fixed");
    await expect(runs()).rejects.toThrow("ENOENT");
  });

  it("has nothing to read where no one can answer", async () => {
    const identity = await plugin({ script: `cat > /dev/null; ${says({ token: "t" })}` });
    expect(await authorizationOf(identity)).toBe("Bearer t");
  });

  it("beside a client certificate in files runs anew after a refusal too", async () => {
    const user = { "client-certificate": await folder.write("u.crt", "cert"), "client-key": await folder.write("u.key", "key") };
    const identity = await plugin({ script: says({ token: "t" }), user });
    const stale = await identity.credential(signal);
    expect(stale.secrets).toEqual({ authorization: "Bearer t", cert: "cert", key: "key" });
    expect(await identity.renew(stale, signal)).toBe(true);
    expect(await runs()).toBe(2);
  });

  it("may give a client certificate", async () => {
    const identity = await plugin({ script: says({ clientCertificateData: "CERT", clientKeyData: "KEY" }) });
    expect((await identity.credential(signal)).tls).toMatchObject({ cert: "CERT", key: "KEY" });
  });

  it.each([
    [
      "fails",
      "echo 'session expired, run: cloud login' >&2; exit 3",
      /login of user tester exited with 3: session expired, run: cloud login; log in anew with the tool that it belongs to, or run it by hand to see why$/,
    ],
    ["prints a page", "echo '<html>'", /printed no JSON/],
    ["prints another kind", 'echo \'{"kind":"Token"}\'', /printed no ExecCredential/],
    [
      "speaks another version",
      'echo \'{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"}\'',
      /answered with another apiVersion/,
    ],
    ["gives nothing", says({}), /gave neither a token nor a client certificate/],
    ["gives half", says({ clientKeyData: "KEY" }), /without its key, or a key without its certificate/],
    ["gives no time", says({ token: "s3cret", expirationTimestamp: "soon" }), /expirationTimestamp that is no time/],
    ["gives what has expired", says({ token: "s3cret", expirationTimestamp: "2020-01-01T00:00:00Z" }), /expired already; log in anew/],
    ["is killed", "kill -9 $$", /was ended by SIGKILL/],
  ])("that %s is named, and its secrets are not", async (_what, script, message) => {
    const identity = await plugin({ script });
    await expect(identity.credential(signal)).rejects.toMatchObject({
      code: "identity",
      message: expect.stringMatching(message) as string,
    });
    await expect(identity.credential(signal)).rejects.not.toThrow(/s3cret/);
  });

  it("that is not installed comes with its hint", async () => {
    const identity = await plugin({
      script: "",
      exec: { command: "no-such-plugin", installHint: "Get it from https://example.org/login." },
    });
    await expect(identity.credential(signal)).rejects.toThrow(
      "the credential plugin no-such-plugin of user tester was not found: Get it from https://example.org/login.",
    );
  });

  it("that cannot be started says why", async () => {
    const identity = await plugin({ script: "", exec: { command: "./config" } });
    await expect(identity.credential(signal)).rejects.toThrow(/config of user tester could not be started \(EACCES\)$/);
    const odd = await plugin({ script: "", exec: { args: ["s3cret\0"] } });
    await expect(odd.credential(signal)).rejects.toThrow(/login of user tester could not be started \(ERR_INVALID_ARG_VALUE\)$/);
  });

  it("of a version long gone is refused before it runs", async () => {
    await expect(plugin({ script: "", exec: { apiVersion: "client.authentication.k8s.io/v1alpha1" } })).rejects.toThrow(
      /no Kubernetes since 1.24 speaks/,
    );
  });

  it("that needs a terminal is not started without one", async () => {
    const identity = await plugin({ script: says({ token: "t" }), exec: { interactiveMode: "Always" } });
    await expect(identity.credential(signal)).rejects.toThrow(/needs a terminal, and standard input is none/);
  });

  it("goes on for the others when one of those who wait gives up", async () => {
    const gate = join(folder.path, "gate");
    execFileSync("mkfifo", [gate]);
    const identity = await plugin({ script: `cat '${gate}' > /dev/null; ${says({ token: "t" })}` });
    const abort = new AbortController();
    const leaving = identity.credential(abort.signal);
    const staying = identity.credential(signal);
    abort.abort(new Error("enough"));
    await expect(leaving).rejects.toThrow("enough");
    await writeFile(gate, "go");
    expect((await staying).secrets.authorization).toBe("Bearer t");
    expect(await runs()).toBe(1);
  });

  it("is ended with its identity", async () => {
    const identity = await plugin({ script: "exec tail -f /dev/null" });
    const waiting = identity.credential(signal);
    identity[Symbol.dispose]();
    await expect(waiting).rejects.toThrow(/was ended by SIGTERM/);
  });
});

/** Each of these says why we do not leave something to the official client: when one fails, what we do instead may go. */
describe("the official client alone", () => {
  const ask = async (script: string): Promise<RequestOptions> => {
    const command = await folder.write("login", `#!/bin/sh\n${script}\n`, 0o700);
    const options: RequestOptions = {};
    await new ExecAuth().applyAuthentication({ name: "u", exec: { command } }, options);
    return options;
  };

  it("leaves the plugin's standard input open, on which one that reads it waits for ever", async () => {
    const { headers } = await ask(`test -S /dev/stdin -o -p /dev/stdin && printf '${credential({ token: "open" })}'`);
    expect(headers).toEqual({ Authorization: "Bearer open" });
  });

  it("quotes what is no JSON, which may be a token", async () => {
    await expect(ask("echo s3cret")).rejects.toThrow("s3cret");
  });

  it("takes anything that was printed for a credential", async () => {
    expect((await ask('echo \'{"status":{"token":"t","expirationTimestamp":"2020-01-01T00:00:00Z"}}\'')).headers).toEqual({
      Authorization: "Bearer t",
    });
  });
});
