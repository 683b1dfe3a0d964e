import { definitionCases } from "./definition-cases.ts";
import { ruleCases } from "./rule-cases.ts";
import { schemaCases } from "./schema-cases.ts";
import { storedCases } from "./stored-cases.ts";
import type { CustomResourceCase } from "./scene.ts";

/** Every table that decides what custom resources and leases are, on the embedded cluster and on a real API server alike. */
export const customResourceCases: readonly CustomResourceCase[] = [...definitionCases, ...schemaCases, ...ruleCases, ...storedCases];
