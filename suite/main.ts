import { basename } from "node:path";
import { runCli } from "@/suite/cli/run-cli";

/** One executable, several commands: the name it was called by decides, so that a node holds the runtime once. */
async function main(): Promise<void> {
  const args = process.argv.slice(2);
  switch (basename(process.argv0)) {
    default:
      process.exitCode = await runCli(args);
  }
}

void main();
