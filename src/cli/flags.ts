import { adoptTable } from "./flags/adopt.ts";
import type { Flag } from "./flags/flag.ts";
import { byObjectTable } from "./flags/by-object.ts";
import { globalTable } from "./flags/global.ts";
import { installTable } from "./flags/install.ts";
import { kubectlTable } from "./flags/kubectl.ts";
import { operatorTable } from "./flags/operator.ts";
import { ownTable } from "./flags/own.ts";
import { supportBundleTable } from "./flags/support-bundle.ts";

export type { Completion, Flag, FlagType } from "./flags/flag.ts";

/** THE table of flags: what is parsed, completed, helped and documented is read from here. */
const table = {
  ...kubectlTable,
  ...ownTable,
  ...byObjectTable,
  ...installTable,
  ...adoptTable,
  ...supportBundleTable,
  ...operatorTable,
  ...globalTable,
};

export type FlagName = keyof typeof table;

export const flags: Readonly<Record<FlagName, Flag>> = table;

export const flagNames = Object.keys(table) as readonly FlagName[];

/** Accepted by every command, as `kubectl options` lists them. */
export const globalFlags: readonly FlagName[] = [
  "as",
  "as-group",
  "as-uid",
  "as-user-extra",
  "cache-dir",
  "certificate-authority",
  "client-certificate",
  "client-key",
  "cluster",
  "context",
  "disable-compression",
  "help",
  "insecure-skip-tls-verify",
  "kubeconfig",
  "kuberc",
  "log-flush-frequency",
  "match-server-version",
  "namespace",
  "password",
  "profile",
  "profile-output",
  "request-timeout",
  "server",
  "tls-server-name",
  "token",
  "user",
  "username",
  "v",
  "vmodule",
  "warnings-as-errors",
];
