import { join, resolve } from "node:path";
import { makeDistribution } from "./bundle/distribution.ts";
import { readPackage } from "./bundle/options.ts";

/** `npm run build`: everything that is published, in `dist/`. */
const root = resolve(import.meta.dirname, "..");
const { bytes, files } = await makeDistribution(root, join(root, "dist"));
process.stdout.write(`dist/: drydock ${readPackage(root).version}, ${Math.round(bytes / 1024)} KiB in ${files} files\n`);
