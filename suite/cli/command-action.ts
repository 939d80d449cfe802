import type { Command } from "commander";
import { Console } from "@/suite/cli/console";

/** The console of a running command: silent but for one document when it was called with --json. */
export function consoleOf(command: Command): Console {
  return new Console(command.opts().json === true);
}
