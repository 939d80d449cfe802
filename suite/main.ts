import { basename } from "node:path";

/**
 * One executable, several commands: the name it was called by decides, so that a node holds the runtime once. Each part is
 * loaded only where it is needed: most of a short command's time is the loading of what it never uses.
 */
async function main(): Promise<void> {
  const calledAs = basename(process.argv0);
  if (calledAs === "zshad") return (await import("@/suite/daemon/zshad")).runZshad();
  const args = process.argv.slice(2);
  if (calledAs.startsWith("zs-")) {
    const { networkTools } = await import("@/suite/cli/network-tools");
    const tool = networkTools[calledAs];
    if (tool !== undefined) {
      process.exitCode = await tool(args);
      return;
    }
  }
  const { runCli } = await import("@/suite/cli/run-cli");
  process.exitCode = await runCli(args);
}

void main();
