// Command line of the network faults.
import { InvalidArgumentError, Option, type Command } from "commander";
import * as faults from "@/lab/network-faults";
import { NETWORKS, type Network } from "@/lab/plan";
import { DIRECTIONS, PORT_MODES, type VlanRange } from "@/lab/rig/switch-state";

const MAX_VLAN = 4094;
// A link that is up for less than LACP's two seconds of aggregation never carries a frame; ten minutes is no flapping.
const MAX_BEAT_SECONDS = 600;

export function addNetworkVerbs(program: Command, report: (value: object) => void): void {
  const reportSwitch = async () => report(await faults.switchStatus());
  for (const [verb, act] of [
    ["unplug", faults.unplug],
    ["plug", faults.plug],
  ] as const) {
    program.command(`${verb} <node> <nic>`).action(async (node: string, nic: string) => {
      await act(node, nic);
      await reportSwitch();
    });
  }

  program
    .command("replug <node> <nic>")
    .option("--to <node:nic>", "into the switch port meant for this NIC; without it back into its own", end)
    .action(async (node: string, nic: string, { to }: { to?: { node: string; nic: string } }) => {
      await faults.replug(node, nic, to);
      await reportSwitch();
    });
  program
    .command("port <node>")
    .addOption(new Option("--network <name>", "which two ports").choices(NETWORKS).makeOptionMandatory())
    .addOption(new Option("--mode <mode>", "link aggregation").choices(PORT_MODES))
    .option("--native-vlan <number>", "VLAN of frames without a tag", vlan)
    .option("--allowed-vlans <list>", "tags that pass: all, none, or numbers and ranges like 100-110,200", vlans)
    .action(async (node: string, { network, ...options }: faults.PortOptions & { network: Network }) => {
      await faults.setPort(node, network, options);
      await reportSwitch();
    });
  program
    .command("port-mtu <node> <nic> <mtu>")
    .description("9000, or 1500 to make this one hop small")
    .action(async (node: string, nic: string, mtu: string) => {
      if (mtu !== "1500" && mtu !== "9000") throw new InvalidArgumentError("1500 or 9000");
      await faults.setPortMtu(node, nic, mtu === "1500" ? 1500 : 9000);
      await reportSwitch();
    });
  program
    .command("silence <node> <nic>")
    .addOption(new Option("--direction <way>", "as seen from the node").choices(DIRECTIONS).default("both"))
    .option("--off", "end it")
    .action(async (node: string, nic: string, options: { direction: "in" | "out" | "both"; off?: boolean }) => {
      await faults.silence(node, nic, options.off ? null : options.direction);
      await reportSwitch();
    });
  program
    .command("flap <node> <nic>")
    .option("--up <seconds>", "how long the link is up", seconds, 3)
    .option("--down <seconds>", "how long it is down", seconds, 1)
    .option("--off", "end it")
    .action(async (node: string, nic: string, options: { up: number; down: number; off?: boolean }) => {
      await faults.flap(node, nic, options.off ? null : { upMs: options.up * 1000, downMs: options.down * 1000 });
      await reportSwitch();
    });
  program
    .command("stranger <address>")
    .addOption(new Option("--network <name>", "where it sits").choices(NETWORKS).default("storage"))
    .option("--mac <address>", "its MAC, for instance another NIC's")
    .option("--off", "send it away")
    .action(async (address: string, options: { network: Network; mac?: string; off?: boolean }) => {
      if (options.off) await faults.removeStranger(address);
      else await faults.addStranger(options.network, address, options.mac);
      await reportSwitch();
    });

  const switchCommand = program.command("switch");
  switchCommand.command("status").action(reportSwitch);
  switchCommand.command("reset").action(async () => {
    await faults.resetSwitch();
    await reportSwitch();
  });
}

function end(text: string): { node: string; nic: string } {
  const [node, nic, ...more] = text.split(":");
  if (!node || !nic || more.length > 0) throw new InvalidArgumentError("NODE:NIC, for instance ceph-2:p5p1");
  return { node, nic };
}

function vlan(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MAX_VLAN)
    throw new InvalidArgumentError(`a number from 1 to ${MAX_VLAN}`);
  return value;
}

function vlans(text: string): VlanRange[] {
  if (text === "all") return [[2, MAX_VLAN]];
  if (text === "none") return [];
  return text.split(",").map((part): VlanRange => {
    const [first = "", last = first] = part.split("-");
    return [vlan(first), vlan(last)];
  });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MAX_BEAT_SECONDS))
    throw new InvalidArgumentError(`seconds, more than 0 and at most ${MAX_BEAT_SECONDS}`);
  return value;
}
