import { Command, CommanderError } from "commander";
import { buildInfo } from "@/suite/build-info";
import { addConfigCommands } from "@/suite/cli/add-config-commands";
import { addNetworkCommands } from "@/suite/cli/add-network-commands";
import { addSetupCommands } from "@/suite/cli/add-setup-commands";
import { Console } from "@/suite/cli/console";
import { helpText } from "@/suite/cli/help-text";
import { versionText } from "@/suite/cli/version-text";

const exitFailed = 1;
const exitUsage = 2;

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
  addSetupCommands(program);
  addNetworkCommands(program);
  for (const command of program.commands) command.exitOverride().option("--json", "print one JSON document");
  return runProgram(program, args);
}

export async function runProgram(program: Command, args: readonly string[]): Promise<number> {
  const console = new Console(args.includes("--json"));
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage;
    console.failure(error);
    return exitFailed;
  }
}
