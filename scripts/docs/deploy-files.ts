import { lasting, operator } from "../../src/operator/manifests/manifests.ts";
import { defaultOptions } from "../../src/operator/manifests/options.ts";
import { manifestYaml } from "../../src/operator/manifests/yaml.ts";
import { chartFiles } from "./chart-files.ts";
import { ownVersion } from "../../src/cli/own-version.ts";

/** Files of deploy/ by their path, as they are to be: what `drydock install` applies, for those who apply files. */
export function deployFiles(): ReadonlyMap<string, string> {
  const options = defaultOptions(ownVersion());
  return new Map([
    ...chartFiles(),
    [
      "deploy/crds.yaml",
      written(
        "What outlives the operator: its kinds, and the namespace that medik8s' operators share with it.",
        "Deleting a kind deletes every object of it: see docs/uninstall.md first.",
        manifestYaml(lasting(options)),
      ),
    ],
    [
      "deploy/operator.yaml",
      written(
        "The operator of Drydock. Apply deploy/crds.yaml before it, and read docs/uninstall.md before you delete it.",
        "The same objects as `drydock install -o yaml` prints, and as the chart in deploy/charts/drydock makes.",
        manifestYaml(operator(options)),
      ),
    ],
  ]);
}

function written(what: string, more: string, yaml: string): string {
  return `# ${what}\n# ${more}\n# Made by \`npm run docs\` from src/operator/manifests/: change it there.\n${yaml}`;
}
