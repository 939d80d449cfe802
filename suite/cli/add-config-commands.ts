import { Argument, type Command } from "commander";
import { checkConfig, configSample, exportConfig, importConfig } from "@/suite/cli/config-commands";
import { consoleOf } from "@/suite/cli/command-action";

export function addConfigCommands(program: Command): void {
  program
    .command("check-config")
    .description("check configuration file")
    .argument("<CONFIGURATION-FILE-PATH>")
    .action((path: string, _options: unknown, command: Command) => checkConfig(consoleOf(command), path));
  program
    .command("config-sample")
    .description("output sample config json file to /tmp/sample.TYPE.config.json")
    .addArgument(new Argument("<TYPE>").choices(["CephConf", "FileConf"]))
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
    .action((path: string, _options: unknown, command: Command) => importConfig(consoleOf(command), path));
}
