import { expect, test } from "vitest";
import { drydockCall, shellWords } from "../../scripts/docs/shell-words.ts";

test.each([
  ["drydock drain n --timeout=1h", ["drydock", "drain", "n", "--timeout=1h"]],
  [`drydock drain -l 'pool in (a,b)' "x y"`, ["drydock", "drain", "-l", "pool in (a,b)", "x y"]],
  ["drydock preview n # changes nothing", ["drydock", "preview", "n"]],
  ["drydock preview n -o json | jq .hash", ["drydock", "preview", "n", "-o", "json"]],
  ["drydock drain n 2>/dev/null", ["drydock", "drain", "n"]],
  ["KUBECONFIG=x kubectl drydock version", ["kubectl", "drydock", "version"]],
  [String.raw`kubectl get node n -o jsonpath='{.a\.b}'`, ["kubectl", "get", "node", "n", "-o", String.raw`jsonpath={.a\.b}`]],
  ["", []],
])("%s", (line, words) => {
  expect(shellWords(line)).toEqual(words);
});

test("a call is known in each of its forms", () => {
  expect(drydockCall(["kubectl", "drydock", "drain", "n"])).toEqual({ program: "kubectl drydock", argv: ["drain", "n"] });
  expect(drydockCall(["bin/drydock", "version"])).toEqual({ program: "drydock", argv: ["version"] });
  expect(drydockCall(["kubectl", "drain", "n"])).toBeUndefined();
});
