import { stringify } from "yaml";
import type { Json } from "../kube/object.ts";

/**
 * In a module of its own, so that the library is loaded only where YAML is asked for: bundled, a CommonJS library that is imported dynamically
 * has no named exports.
 */
export const yamlText = (document: Json): string => stringify(document).trimEnd();
