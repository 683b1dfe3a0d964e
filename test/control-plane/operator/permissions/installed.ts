import { manifests } from "../../../../src/operator/manifests/manifests.ts";
import { names } from "../../../../src/operator/manifests/names.ts";
import { defaultOptions } from "../../../../src/operator/manifests/options.ts";
import { type Account, type Grant, grantsTo, userOf } from "./granted.ts";

/** What all suites of the operator install. */
export const options = defaultOptions("0.0.0");

const operator: Account = { namespace: names.namespace, name: names.operator };

/** As which the operator runs. */
export const account: string = userOf(operator);

/** All that is installed for it to be allowed. */
export function installedGrants(): readonly Grant[] {
  return grantsTo(operator, manifests(options));
}
