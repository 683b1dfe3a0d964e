import { Environment } from "@marcbachmann/cel-js";
import type { KubeObject, StringMap } from "../../kube/object.ts";
import type { ExpressionResult } from "./judge.ts";
import type { CheckExpression } from "./order.ts";

/** As the node was when it was taken out: what an expression may compare with. */
export interface Before {
  readonly bootID?: string;
  readonly allocatable?: StringMap;
}

/**
 * Evaluates a person's own checks in CEL over `node` (the Node as the API has it) and `before` ({bootID, allocatable}). Only `true` passes: what
 * cannot be read, fails, or gives anything else is no pass, and says why.
 */
export function evaluateChecks(expressions: readonly CheckExpression[], node: KubeObject, before: Before): readonly ExpressionResult[] {
  const environment = new Environment().registerVariable("node", "map").registerVariable("before", "map");
  const context = { node, before: { bootID: before.bootID ?? "", allocatable: before.allocatable ?? {} } };
  return expressions.map(({ name, expression, message }): ExpressionResult => {
    try {
      const value: unknown = environment.evaluate(expression, context);
      if (value === true) return { name, passed: true, message: "" };
      if (value === false) return { name, passed: false, message: message ?? `false: ${expression}` };
      return { name, passed: false, message: `gives neither true nor false: ${expression}` };
    } catch (error) {
      return {
        name,
        passed: false,
        message: `cannot be evaluated (${error instanceof Error ? error.message : String(error)}): ${expression}`,
      };
    }
  });
}
