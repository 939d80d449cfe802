import { Command } from "commander";
import { buildInfo } from "@/suite/build-info";
import { helpText } from "@/suite/cli/help-text";
import { runProgram } from "@/suite/cli/run-program";
import { versionText } from "@/suite/cli/version-text";

/** Runs one `zsha` command. Exit status 0 says that what was asked for is true now. */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = new Command("zsha")
    .exitOverride()
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .helpCommand(false)
    .version(versionText(buildInfo), "-v, --version");
  program.helpInformation = () => helpText;
  // Commands print what they were asked for themselves; commander's own words are for usage errors.
  await addCommands(program, args[0] ?? "");
  for (const command of program.commands) command.exitOverride().option("--json", "print one JSON document");
  return runProgram(program, args);
}

/** Loading all of them takes three times as long as loading what changes and tests networks, which nodes run by the dozen. */
async function addCommands(program: Command, wanted: string): Promise<void> {
  if (["-v", "--version"].includes(wanted)) return;
  const { addNetworkCommands } = await import("@/suite/cli/add-network-commands");
  addNetworkCommands(program);
  if (wanted.startsWith("net-")) return;
  const { addConfigCommands } = await import("@/suite/cli/add-config-commands");
  const { addClusterCommands } = await import("@/suite/cli/add-cluster-commands");
  const { addSetupCommands } = await import("@/suite/cli/add-setup-commands");
  addConfigCommands(program);
  addClusterCommands(program);
  addSetupCommands(program);
}
