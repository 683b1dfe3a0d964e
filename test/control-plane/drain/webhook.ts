import { createServer, type Server } from "node:https";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { ControlPlane } from "../fixture/control-plane.ts";

export interface Webhook extends AsyncDisposable {
  readonly name: string;
  /** Names of pods whose eviction it refuses. */
  readonly denied: Set<string>;
  /** Resolves at the first question. */
  readonly asked: Promise<void>;
  /** From now on it answers nothing until the function that this gives is called. */
  hold(): () => void;
}

interface AdmissionReview {
  readonly request: { readonly uid: string; readonly name?: string };
}

/** An admission webhook for evictions in one namespace, on loopback, with the API server's own certificate. */
export async function startWebhook(plane: ControlPlane, namespace: string): Promise<Webhook> {
  const { serving } = plane.certificates;
  const denied = new Set<string>();
  const asked = Promise.withResolvers<void>();
  let open = Promise.resolve();
  const server: Server = createServer(
    { cert: await readFile(serving.certificate), key: await readFile(serving.key) },
    (incoming, outgoing) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      incoming.on("end", () => {
        const { request } = JSON.parse(text) as AdmissionReview;
        const allowed = !denied.has(request.name ?? "");
        const status = allowed ? {} : { status: { code: 403, message: "not before the backup" } };
        const response = { uid: request.uid, allowed, ...status };
        asked.resolve();
        void open.then(() => {
          outgoing.setHeader("content-type", "application/json");
          outgoing.end(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response }));
        });
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const name = `${namespace}.guard.example.com`;
  const path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
  await plane.call("POST", path, {
    metadata: { name },
    webhooks: [
      {
        name,
        clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle: Buffer.from(plane.authorityPem).toString("base64") },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods/eviction"], scope: "Namespaced" }],
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        timeoutSeconds: 10,
      },
    ],
  });
  return {
    name,
    denied,
    asked: asked.promise,
    hold: () => {
      const gate = Promise.withResolvers<void>();
      open = gate.promise;
      return gate.resolve;
    },
    [Symbol.asyncDispose]: async () => {
      await plane.call("DELETE", `${path}/${name}`);
      server.closeAllConnections();
      server.close();
    },
  };
}
