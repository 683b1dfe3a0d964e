import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** An authority of this test run, a server certificate for 127.0.0.1 and localhost, and a client certificate (CN=ada). */
export interface Certificates {
  readonly ca: string;
  readonly server: Pair;
  readonly client: Pair;
}

let made: Certificates | undefined;

/** Made with `openssl` once per test process; nothing of it outlives the call but the texts. */
export function certificates(): Certificates {
  made ??= make();
  return made;
}

function make(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), "drydock-certificates-"));
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  };
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  try {
    openssl("req", "-x509", ...ec, "-subj", "/CN=test authority", "-days", "2", "-keyout", "ca.key", "-out", "ca.crt");
    const issue = (name: string, subject: string, extensions: string): Pair => {
      writeFileSync(join(folder, `${name}.ext`), extensions);
      openssl("req", ...ec, "-subj", subject, "-keyout", `${name}.key`, "-out", `${name}.csr`);
      openssl(
        ..."x509 -req -CAcreateserial -days 2 -CA ca.crt -CAkey ca.key".split(" "),
        "-in",
        `${name}.csr`,
        "-extfile",
        `${name}.ext`,
        "-out",
        `${name}.crt`,
      );
      return { cert: readFileSync(join(folder, `${name}.crt`), "utf8"), key: readFileSync(join(folder, `${name}.key`), "utf8") };
    };
    return {
      server: issue("server", "/CN=server", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth"),
      client: issue("client", "/O=operators/CN=ada", "extendedKeyUsage=clientAuth"),
      ca: readFileSync(join(folder, "ca.crt"), "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
