import type { Command } from "commander";

export function addNetworkCommands(program: Command): void {
  void program;
}
