import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { platforms } from "../../scripts/package/platforms.ts";

/** As a release fills it in. */
const filled = readFileSync(resolve(import.meta.dirname, "../../.krew.yaml"), "utf8")
  .replaceAll(/\{\{addURIAndSha "(.*)" \.TagName \}\}/g, 'uri: "$1"')
  .replaceAll("{{ .TagName }}", "v1.2.3");

interface Plugin {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly shortDescription: string;
    readonly platforms: readonly {
      readonly selector: { readonly matchLabels: { readonly os: string; readonly arch: string } };
      readonly uri: string;
      readonly bin: string;
    }[];
  };
}
const { metadata, spec } = parse(filled) as Plugin;

describe("the manifest for krew", () => {
  test("names the plugin as kubectl calls it", () => {
    expect(metadata.name).toBe("drydock");
    expect(spec.version).toBe("v1.2.3");
    // krew's index asks for a short line without a full stop.
    expect(spec.shortDescription).toMatch(/^.{10,50}[^.]$/);
  });

  test("has exactly the platforms for which an executable is made, each with its own archive", () => {
    const base = "https://github.com/drydock-dev/drydock/releases/download/v1.2.3/kubectl-drydock-v1.2.3";
    expect(spec.platforms.map(({ selector: { matchLabels }, uri, bin }) => ({ ...matchLabels, uri, bin }))).toEqual(
      platforms.map(({ os, arch }) => ({
        os,
        arch,
        uri: `${base}-${os}-${arch}.tar.gz`,
        bin: os === "windows" ? "kubectl-drydock.exe" : "kubectl-drydock",
      })),
    );
  });
});
