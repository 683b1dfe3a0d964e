import { selfSubjectReviews, type Resource } from "../../kube/resource.ts";
import type { KubeObject } from "../../kube/object.ts";
import { isSame } from "../store/store.ts";
import { type Permissions, isDenied } from "./permissions.ts";

interface AccessReview {
  readonly spec?: {
    readonly resourceAttributes?: {
      readonly group?: string;
      readonly resource?: string;
      readonly subresource?: string;
      readonly verb?: string;
      readonly namespace?: string;
    };
  };
}

/** The answer to "who am I" and to "may I": the body with its status. Nothing is kept. */
export function answerReview(r: Resource, body: object, user: string, permissions: Permissions): KubeObject {
  const metadata = { name: "", uid: "", resourceVersion: "" };
  if (isSame(r, selfSubjectReviews)) {
    const userInfo = { username: user, groups: ["system:authenticated"] };
    return { ...body, metadata, status: { userInfo } } as KubeObject;
  }
  const { group = "", resource = "*", subresource, verb = "*", namespace } = (body as AccessReview).spec?.resourceAttributes ?? {};
  const denied = isDenied(permissions, {
    verb,
    resource,
    group,
    ...(subresource === undefined || subresource === "" ? {} : { subresource }),
    ...(namespace === undefined || namespace === "" ? {} : { namespace }),
  });
  return {
    ...body,
    metadata,
    status: denied ? { allowed: false, reason: "denied by the embedded cluster" } : { allowed: true },
  } as KubeObject;
}
