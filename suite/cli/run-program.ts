import { type Command, CommanderError } from "commander";
import { Console } from "@/suite/cli/console";

const exitFailed = 1;
const exitUsage = 2;

export async function runProgram(program: Command, args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitUsage;
    new Console(args.includes("--json")).failure(error);
    return exitFailed;
  }
}
