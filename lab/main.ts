import { Command, InvalidArgumentError, Option } from "commander";
import * as lab from "@/lab/cluster";
import { addNetworkVerbs } from "@/lab/network-commands";
import { NETWORK_MODES, NETWORKS, STACKS, type NetworkMode, type Stack } from "@/lab/plan";

// Ten years; beyond it certificates and leases fail in ways that say nothing about clock skew.
const MAX_CLOCK_OFFSET = 315_360_000;

type UpCall = Omit<lab.UpOptions, "stacks" | "files"> & { stack: Stack[] };

const program = new Command("lab")
  .description("The test cluster: real nodes in containers, on this machine")
  .option("--json", "print one JSON object as the last line");

program
  .command("up")
  .option("--nodes <count>", "number of nodes", integer(1, 9), 3)
  .addOption(new Option("--networks <mode>", "NICs per network").choices(NETWORK_MODES).default("single"))
  .option("--disks <count>", "empty disks per node", integer(0, 8), 1)
  .option(
    "--stack <names>",
    `with bonded networks, what sets up a node's interfaces: ${STACKS.join(", ")}; one for all or one per node`,
    stackNames,
    stackNames(STACKS[0]),
  )
  .option("--shared", "one folder for all nodes, /storage", false)
  .action(async ({ stack, ...options }: UpCall) => report(await lab.up({ ...options, stacks: stack })));
program.command("down").action(async () => {
  await lab.down();
  report({ up: false });
});
program.command("status").action(async () => report(await lab.status()));
program.command("image").action(async () => report(await lab.image()));
program
  .command("fetch")
  .addOption(new Option("--networks <mode>", "for which lab").choices(NETWORK_MODES).default("single"))
  .action(async ({ networks }: { networks: NetworkMode }) => report(await lab.fetch(networks)));
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
  ["wipe", lab.wipe],
] as const) {
  program.command(`${verb} <node>`).action(async (node: string) => {
    await act(node);
    report(await lab.status());
  });
}

program
  .command("deliver")
  .argument("[count]", "how many", integer(1, 6), 2)
  .action(async (count: number) => report(await lab.deliver(count)));

program.command("bmc").action(async () => report({ bmcs: await lab.bmcs() }));

program
  .command("cut <node>")
  .addOption(new Option("--network <name>", "which network").choices([...NETWORKS, "all"]).default("all"))
  .option("--peer <node>", "only between these two nodes")
  .addOption(new Option("--direction <way>", "as seen from the node").choices(["in", "out", "both"]).default("both"))
  .option("--ports <list>", "only these TCP and UDP ports, for example 8300-8302")
  .option("--loss <percent>", "lose this share instead of everything", integer(1, 100), 100)
  .action(async (node: string, { loss, ...options }: lab.CutOptions & { loss: number }) => {
    await lab.cut(node, { ...options, lossPercent: loss });
    report(await lab.status());
  });
program.command("heal [node]").action(async (node?: string) => {
  await lab.heal(node);
  report(await lab.status());
});
program
  .command("pause <node> <process>")
  .action(async (node: string, name: string) => report({ paused: await lab.pause(node, name) }));
program
  .command("resume <node> <process>")
  .action(async (node: string, name: string) => report({ resumed: await lab.resume(node, name) }));
program
  .command("clock <node>")
  .requiredOption("--offset <seconds>", "0 puts the clock right", integer(-MAX_CLOCK_OFFSET, MAX_CLOCK_OFFSET))
  .action(async (node: string, { offset }: { offset: number }) => {
    await lab.clock(node, offset);
    report(await lab.status());
  });

addNetworkVerbs(program, report);

await program.parseAsync().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  console.error(message);
  if (json()) report({ error: message });
  process.exitCode = 1;
});

// What follows -- belongs to the command that exec runs.
function json(): boolean {
  const end = process.argv.indexOf("--");
  return process.argv.slice(0, end === -1 ? undefined : end).includes("--json");
}

function report(value: object): void {
  console.log(json() ? JSON.stringify(value) : JSON.stringify(value, null, 2));
}

function stackNames(text: string): Stack[] {
  return text.split(",").map((name) => {
    const found = STACKS.find((stack) => stack === name);
    if (found === undefined) throw new InvalidArgumentError(`names out of ${STACKS.join(", ")}, with commas between`);
    return found;
  });
}

function integer(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a number from ${least} to ${most}`);
    return value;
  };
}
