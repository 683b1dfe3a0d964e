import { apiVersionOf, type Resource } from "../../../kube/resource.ts";
import { invalid } from "../../../kube/structural-schema/field-error.ts";
import { badRequest, invalidFields } from "../refusal.ts";

interface Typed {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata?: { readonly name?: string | undefined } | undefined;
}

/** How much of a body is shown. */
const shownLength = 30;

/**
 * A custom resource says what it is: nothing is taken from the path, as it is for built-in kinds.
 *
 * @throws KubeError 400 (no kind, another version), 422 (another kind)
 */
export function demandTyped(r: Resource, body: Typed): void {
  const text = JSON.stringify(body);
  if (body.kind === undefined || body.kind === "") {
    const part = text.length > shownLength ? `${text.slice(0, shownLength)} ...` : text;
    throw badRequest(`the object provided is unrecognized (must be of type ${r.kind}): Object 'Kind' is missing in '${text}' (${part})`);
  }
  const expected = apiVersionOf(r);
  if (body.apiVersion !== expected) {
    throw badRequest(`the API version in the data (${body.apiVersion ?? ""}) does not match the expected API version (${expected})`);
  }
  if (body.kind !== r.kind) throw invalidFields(r, body.metadata?.name ?? "", [invalid("kind", body.kind, `must be ${r.kind}`)]);
}
