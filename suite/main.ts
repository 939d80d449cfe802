import { basename } from "node:path";
import { networkTools } from "@/suite/cli/network-tools";
import { runCli } from "@/suite/cli/run-cli";
import { runZshad } from "@/suite/daemon/zshad";

/** One executable, several commands: the name it was called by decides, so that a node holds the runtime once. */
async function main(): Promise<void> {
  const calledAs = basename(process.argv0);
  if (calledAs === "zshad") return runZshad();
  const run = networkTools[calledAs] ?? runCli;
  process.exitCode = await run(process.argv.slice(2));
}

void main();
