import { Command } from "commander";
import { buildInfo } from "@/suite/build-info";
import { addClusterCommands } from "@/suite/cli/add-cluster-commands";
import { addConfigCommands } from "@/suite/cli/add-config-commands";
import { addNetworkCommands } from "@/suite/cli/add-network-commands";
import { addSetupCommands } from "@/suite/cli/add-setup-commands";
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
  addConfigCommands(program);
  addClusterCommands(program);
  addSetupCommands(program);
  addNetworkCommands(program);
  for (const command of program.commands) command.exitOverride().option("--json", "print one JSON document");
  return runProgram(program, args);
}
