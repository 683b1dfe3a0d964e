import { adoptCommands } from "./commands/adopt.ts";
import { checkCommands } from "./commands/check.ts";
import type { Command } from "./commands/command.ts";
import { historyCommands } from "./commands/history.ts";
import { waitCommands } from "./commands/wait.ts";
import { orderCommands } from "./commands/order.ts";
import { maintainCommands } from "./commands/maintain.ts";
import { installCommands } from "./commands/install.ts";
import { operatorCommands } from "./commands/operator.ts";
import { kubectlCommands } from "./commands/kubectl.ts";
import { seeCommands } from "./commands/see.ts";
import { setUpCommands } from "./commands/set-up.ts";
import { statusCommands } from "./commands/status.ts";
import { supportBundleCommands } from "./commands/support-bundle.ts";
import { whyCommands } from "./commands/why.ts";
import { type FlagName, globalFlags } from "./flags.ts";

export { type Command, type CommandName, commandGroups } from "./commands/command.ts";

/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [
  ...seeCommands,
  ...maintainCommands,
  ...orderCommands,
  ...statusCommands,
  ...whyCommands,
  ...checkCommands,
  ...waitCommands,
  ...historyCommands,
  ...kubectlCommands,
  ...operatorCommands,
  ...installCommands,
  ...adoptCommands,
  ...supportBundleCommands,
  ...setUpCommands,
];

export function commandNamed(name: string): Command | undefined {
  return commands.find((command) => command.name === name);
}

/** Every flag that the command accepts, its own first. */
export function acceptedFlags(command: Command): readonly FlagName[] {
  return [...command.flags, ...globalFlags];
}
