import type { Json } from "../kube/object.ts";
import { type ClusterCheck, type PermissionCheck, supportedMinors } from "../maintenance/check-cluster.ts";
import type { PartCheck } from "../maintenance/check-parts.ts";
import { type ExitCode, exitCodes } from "./exit-code.ts";
import { bad, dim, good, type Line, plain, strong, warn } from "./line.ts";
import { partWords } from "./part-words.ts";
import { permissionWords, permittedOn } from "./permission-words.ts";
import { documentVersion } from "./preview-document.ts";

export function exitCodeOfCheck({ answer }: Pick<ClusterCheck, "answer">): ExitCode {
  return answer === "yes" ? exitCodes.done : exitCodes.blocked;
}

/** `check cluster` for a person: each fact with its verdict, what is lost where something is missing, and the answer last. */
export function clusterCheckText(check: ClusterCheck, program: string): readonly Line[] {
  const missing = check.permissions.filter(({ verbs }) => verbs.some(({ verdict }) => verdict !== "yes"));
  const isByObject = ({ permission: { by } }: PermissionCheck): boolean => by === "objects";
  const role = (what: string, words: string): Line => [dim(`  → ${what}: ${program} check cluster ${words} | kubectl apply -f -`)];
  return [
    [strong("Server")],
    versionLine(check),
    ...check.parts.flatMap(partLines),
    [],
    [strong(`Permissions of ${check.user}, in all namespaces`)],
    ...permissionLines(check.permissions),
    [],
    [strong({ yes: "yes", no: "no", unknown: "unknown" }[check.answer]), plain(`: ${answerWords[check.answer]}`)],
    ...(missing.some(isByObject) ? [role("a role for those who hand nodes over to the operator", "--print-role=maintain")] : []),
    ...(missing.every(isByObject) ? [] : [role("a role with all that a drain makes use of", "--print-role")]),
  ];
}

const answerWords: Readonly<Record<ClusterCheck["answer"], string>> = {
  yes: "nothing is missing that a drain needs",
  no: "a drain would be refused before anything is touched",
  unknown: "the server does not say whether a drain would be allowed",
};

function versionLine({ version, versionIs, server }: ClusterCheck): Line {
  const { oldest, newest } = supportedMinors;
  const text = `${version.gitVersion} at ${server}`;
  if (versionIs === "supported") return [good("  yes      "), plain(text)];
  return [warn("  warning  "), plain(`${text}: ${versionIs} than 1.${oldest}–1.${newest}, with which Drydock is tested`)];
}

/** What is allowed in one line for each resource; what is missing each by itself, with what is lost. */
function permissionLines(checks: readonly PermissionCheck[]): readonly Line[] {
  const byResource = Map.groupBy(checks, ({ permission }) => permittedOn(permission));
  return [...byResource].flatMap(([resource, own]): readonly Line[] => {
    const verbs = own.flatMap(({ permission, verbs: asked }) => asked.map((answer) => ({ ...answer, permission })));
    const allowed = verbs.filter(({ verdict }) => verdict === "yes").map(({ verb }) => verb);
    return [
      ...(allowed.length === 0 ? [] : [[good("  yes      "), plain(`${allowed.join(", ")} ${resource}`)]]),
      ...verbs
        .filter(({ verdict }) => verdict !== "yes")
        .flatMap(({ permission, ...answer }) => missingLines(resource, permission, answer)),
    ];
  });
}

type Asked = PermissionCheck["verbs"][number];

function missingLines(resource: string, { name, need }: PermissionCheck["permission"], { verb, verdict, reason }: Asked): readonly Line[] {
  const label = `  ${verdict.padEnd(9)}`;
  const why = reason === undefined ? "" : ` (${reason})`;
  return [
    [need === "required" ? bad(label) : warn(label), plain(`${verb} ${resource} (${need})${why}`)],
    [dim(`           without it: ${permissionWords[name]}`)],
  ];
}

function partLines({ part, need, verdict, args }: PartCheck): readonly Line[] {
  const { text, without } = partWords[part];
  const label = `  ${verdict.padEnd(9)}`;
  const line: Line = [verdict === "yes" ? good(label) : need === "required" ? bad(label) : warn(label), plain(text(verdict, args))];
  return verdict === "no" ? [line, [dim(`           without it: ${without}`)]] : [line];
}

/** The same for programs. */
export function clusterCheckDocument(check: ClusterCheck): Json {
  const { server, user, version, versionIs, answer } = check;
  return {
    apiVersion: documentVersion,
    kind: "ClusterCheck",
    answer,
    server: { address: server, version: version.gitVersion, is: versionIs },
    user,
    parts: check.parts.map(({ part, need, verdict, args }) => ({
      part,
      need,
      verdict,
      message: partWords[part].text(verdict, args),
      without: partWords[part].without,
    })),
    permissions: check.permissions.flatMap(({ permission, verbs }) =>
      verbs.map(({ verb, verdict, reason }) => ({
        group: permission.group,
        resource: permission.resource,
        object: permission.object ?? null,
        verb,
        need: permission.need,
        verdict,
        reason: reason ?? null,
        without: permissionWords[permission.name],
      })),
    ),
  };
}
