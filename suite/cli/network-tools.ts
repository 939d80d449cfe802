import { Command, InvalidArgumentError, Option } from "commander";
import { AppError } from "@/contract/errors";
import type { NetworkModel } from "@/contract/network-model";
import { prefixLengthOf } from "@/lib/ipv4";
import { consoleOf } from "@/suite/cli/command-action";
import { lockedWhenThere } from "@/suite/cli/run-lock-option";
import { networkChangeText } from "@/suite/cli/network-text";
import { runProgram } from "@/suite/cli/run-program";
import { applyNetworks } from "@/suite/net/apply";
import { requireBonding } from "@/suite/net/links";
import {
  type Address,
  addMember,
  type BondOptions,
  createBond,
  deleteBond,
  deleteNetwork,
  removeMember,
  setNetwork,
} from "@/suite/net/model";
import { readShownNetwork, showText } from "@/suite/net/show-network";

interface BondCall {
  c?: string;
  d?: string;
  mode: BondOptions["mode"];
  lacpRate: "slow" | "fast";
}

/** The manual's four commands (1.2.2). Each is one program; all act on the same model. */
export const networkTools: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  "zs-bond-lacp": (args) => {
    const program = tool("zs-bond-lacp", "create or delete an LACP bond")
      .option("-c <BOND>", "create the bond")
      .option("-d <BOND>", "delete the bond")
      .addOption(
        new Option("--mode <MODE>", "lacp, or active-backup for a switch without LACP")
          .choices(["lacp", "active-backup"])
          .default("lacp"),
      )
      .addOption(
        new Option(
          "--lacp-rate <RATE>",
          "fast: a cable that falls silent is dropped after 3 s; only when the switch does the same",
        )
          .choices(["slow", "fast"])
          .default("slow"),
      );
    return run(program, args, async () => {
      const { c, d, mode, lacpRate } = program.opts<BondCall>();
      if ((c === undefined) === (d === undefined)) program.error("error: give either -c BOND or -d BOND");
      if (c === undefined) return (model) => deleteBond(model, d ?? "");
      await requireBonding();
      return (model) => createBond(model, c, { mode, ...(lacpRate === "fast" ? { lacpRate } : {}) });
    });
  },
  "zs-nic-to-bond": (args) => {
    const program = tool("zs-nic-to-bond", "add a NIC to a bond or take it out")
      .option("-a <BOND>", "add NIC to BOND")
      .option("-d <BOND>", "take NIC out of BOND")
      .argument("<NIC>");
    return run(program, args, async () => {
      const { a, d } = program.opts<{ a?: string; d?: string }>();
      const [nic = ""] = program.args;
      if ((a === undefined) === (d === undefined)) program.error("error: give either -a BOND NIC or -d BOND NIC");
      if (a !== undefined) await requireBonding();
      return (model) => (a === undefined ? removeMember(model, d ?? "", nic) : addMember(model, a, nic));
    });
  },
  "zs-network-setting": (args) => {
    const program = tool(
      "zs-network-setting",
      "give a bond, a NIC or a VLAN on one (bond2.100) an address, on a bridge (-b) or directly (-i)",
    )
      .option("-b <BASE>", "create the bridge br_BASE on a bond, NIC or VLAN")
      .option("-i <INTERFACE>", "set the address on the interface itself")
      .option("-d <BASE>", "delete what -b or -i made on BASE")
      .option("--mtu <N>", "MTU of the interface and its bridge", mtuOption)
      .argument("[IP]", "without it the bridge or VLAN has no address")
      .argument("[NETMASK]")
      .argument("[GATEWAY]");
    return run(program, args, async () => {
      const { b, i, d, mtu } = program.opts<{ b?: string; i?: string; d?: string; mtu?: number }>();
      const [base, second] = [b, i, d].filter((each) => each !== undefined);
      if (base === undefined || second !== undefined)
        return program.error("error: give one of -b BASE, -i INTERFACE and -d BASE");
      if (base === d) return (model) => deleteNetwork(model, base);
      const address = addressOf(program.args);
      return (model) => setNetwork(model, { base, bridge: b !== undefined, address, mtu: mtu ?? null });
    });
  },
  "zs-show-network": (args) => {
    const program = new Command("zs-show-network").description("show bonds, bridges and addresses").exitOverride();
    program.option("--json", "print one JSON document").action(async () => {
      const console = consoleOf(program);
      const network = await readShownNetwork();
      console.say(showText(network));
      console.result(network);
    });
    return runProgram(program, args);
  },
};

function addressOf([ip, netmask = "", gateway]: readonly string[]): Address | null {
  if (ip === undefined) return null;
  const prefixLength = prefixLengthOf(netmask);
  if (prefixLength === null || prefixLength === 0) throw new AppError("bad-input", `"${netmask}" is not a netmask`);
  return { ip, prefixLength, gateway: gateway ?? null };
}

const smallestRollbackSeconds = 30;

function tool(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .exitOverride()
    .option("--plan", "show the files and commands, change nothing")
    .option("--rollback <SECONDS>", "undo the change unless confirmed with zsha net-commit", rollbackOption)
    .option("--json", "print one JSON document");
}

function run(
  program: Command,
  args: readonly string[],
  wishOf: () => Promise<(model: NetworkModel) => NetworkModel>,
): Promise<number> {
  program.action(async () => {
    const { plan = false, rollback } = program.opts<{ plan?: boolean; rollback?: number }>();
    const wish = await wishOf();
    const apply = () => applyNetworks(wish, { plan, rollbackSeconds: rollback ?? null });
    const result = plan ? await apply() : await lockedWhenThere(program, apply);
    const console = consoleOf(program);
    const text = networkChangeText(result, plan);
    if (text !== "") console.say(text);
    console.result(result);
  });
  return runProgram(program, args);
}

function mtuOption(value: string): number {
  const mtu = Number(value);
  if (!Number.isInteger(mtu) || mtu < 576 || mtu > 9216)
    throw new InvalidArgumentError("must lie between 576 and 9216");
  return mtu;
}

function rollbackOption(value: string): number {
  const seconds = Number(value);
  if (!Number.isInteger(seconds) || seconds < smallestRollbackSeconds) {
    throw new InvalidArgumentError(
      `must be at least ${smallestRollbackSeconds}: neighbours need up to 41 s to find a moved address`,
    );
  }
  return seconds;
}
