import { Command, InvalidArgumentError, Option } from "commander";
import * as lab from "@/lab/cluster";
import { NETWORK_MODES } from "@/lab/plan";

const program = new Command("lab")
  .description("The test cluster: real nodes in containers, on this machine")
  .option("--json", "print one JSON object as the last line");

program
  .command("up")
  .option("--nodes <count>", "number of nodes", integer(1, 9), 3)
  .addOption(new Option("--networks <mode>", "NICs per network").choices(NETWORK_MODES).default("single"))
  .option("--disks <count>", "empty disks per node", integer(0, 8), 1)
  .action(async (options: lab.UpOptions) => report(await lab.up(options)));
program.command("down").action(async () => {
  await lab.down();
  report({ up: false });
});
program.command("status").action(async () => report(await lab.status()));
program.command("fetch").action(async () => report(await lab.fetch()));
program.command("exec <node> <command...>").action(async (node: string, argv: string[]) => {
  if (!json()) process.exitCode = await lab.execHere(node, argv);
  else {
    const result = await lab.exec(node, argv);
    process.exitCode = result.code;
    report(result);
  }
});
for (const [verb, act] of [
  ["power-off", lab.powerOff],
  ["power-on", lab.powerOn],
  ["shutdown", lab.shutdown],
] as const) {
  program.command(`${verb} <node>`).action(async (node: string) => {
    await act(node);
    report(await lab.status());
  });
}

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

function json(): boolean {
  return process.argv.includes("--json");
}

function report(value: object): void {
  console.log(json() ? JSON.stringify(value) : JSON.stringify(value, null, 2));
}

function integer(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a number from ${least} to ${most}`);
    return value;
  };
}
