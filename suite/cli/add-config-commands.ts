import { Argument, type Command, Option } from "commander";
import { configFieldsText } from "@/contract/config-fields";
import { checkConfig, configSample, exportConfig, importConfig, type UnderLock } from "@/suite/cli/config-commands";
import { consoleOf } from "@/suite/cli/command-action";
import { locked, runOption } from "@/suite/cli/run-lock-option";
import { openCluster } from "@/suite/commands/cluster-access";

export function addConfigCommands(program: Command): void {
  program
    .command("check-config")
    .description("check configuration file")
    .argument("<CONFIGURATION-FILE-PATH>")
    .addHelpText("after", configFieldsText)
    .action((path: string, _options: unknown, command: Command) => checkConfig(consoleOf(command), path));
  program
    .command("config-sample")
    .description("output sample config json file to /tmp/sample.TYPE.config.json")
    .addArgument(new Argument("<TYPE>").choices(["CephConf", "FileConf"]))
    .addHelpText("after", configFieldsText)
    .action((type: "CephConf" | "FileConf", _options: unknown, command: Command) =>
      configSample(consoleOf(command), type),
    );
  program
    .command("export-config")
    .description("output current config json file to /tmp/current.config.json")
    .action((_options: unknown, command: Command) => exportConfig(consoleOf(command)));
  program
    .command("import-config")
    .description("update configuration to HA cluster")
    .argument("<CONFIGURATION-FILE-PATH>")
    .addOption(new Option("--base <VERSION>", "refuse when the cluster's is no longer this version").hideHelp())
    .addOption(runOption())
    .action((path: string, { base }: { base?: string }, command: Command) => {
      const underLock: UnderLock = async (work) => locked(command, await openCluster(), work);
      return importConfig(consoleOf(command), path, underLock, base === undefined ? null : Number(base));
    });
}
