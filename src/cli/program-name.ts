/**
 * How hints call the program. kubectl and oc find a plugin by its file name and replace themselves by it, so the shell's `_` still names the one of
 * them that was typed. `calledAs`: the file that was started, before symbolic links are followed.
 */
export function programName(calledAs: string, typed: string | undefined): string {
  const file = fileName(calledAs);
  if (file === "oc-drydock") return "oc drydock";
  if (file !== "kubectl-drydock" && file !== "kubectl_complete-drydock") return "drydock";
  return fileName(typed ?? "") === "oc" ? "oc drydock" : "kubectl drydock";
}

/** Was the file started under the name that kubectl calls when it completes `kubectl drydock …`? */
export function calledForCompletion(calledAs: string): boolean {
  return fileName(calledAs) === "kubectl_complete-drydock";
}

/** How the one who types calls kubectl: "oc" for `oc drydock`. */
export function kubectlOf(program: string): string {
  return program.startsWith("oc ") ? "oc" : "kubectl";
}

/** The last part of a path of any system, without what Windows adds to a program. */
function fileName(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? "").replace(/\.(?:exe|cmd|ps1|js)$/i, "");
}
