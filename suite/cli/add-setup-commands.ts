import { type Command, InvalidArgumentError } from "commander";
import { consoleOf } from "@/suite/cli/command-action";
import { runSetupCluster, runSetupNode } from "@/suite/cli/setup-commands";

/** Input comes on standard input, written as "-": the only form there is, so that no secret is ever an argument. */
export function standardInput(value: string): string {
  if (value !== "-") throw new InvalidArgumentError('must be "-": the input comes on standard input');
  return value;
}

export function addSetupCommands(program: Command): void {
  program
    .command("setup-node", { hidden: true })
    .description("make this node a member; input on standard input")
    .argument("<->", "standard input", standardInput)
    .action((_input: string, _options: unknown, command: Command) => runSetupNode(consoleOf(command)));
  program
    .command("setup-cluster", { hidden: true })
    .description("finish a cluster whose nodes are set up; input on standard input")
    .argument("<->", "standard input", standardInput)
    .action((_input: string, _options: unknown, command: Command) => runSetupCluster(consoleOf(command)));
}
