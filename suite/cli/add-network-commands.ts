import type { Command } from "commander";
import type { NetDecision } from "@/contract/net-apply";
import type { ChangeFate } from "@/contract/net-ballot";
import { AppError } from "@/contract/errors";
import { consoleOf } from "@/suite/cli/command-action";
import { lockedWhenThere, runOption } from "@/suite/cli/run-lock-option";
import type { Arm } from "@/suite/net/guard-process";
import { networkChangeText } from "@/suite/cli/network-text";
import { readInput, standardInput } from "@/suite/cli/standard-input";

/** The guard asks its peers, and may have to bring a whole set of networks back before it answers. */
const decideWaitMs = 120_000;

/**
 * All networks of a node at once, with a rollback that only a new connection can stop: how the panel changes networks. Each
 * command loads its own part: a node starts several of them while somebody waits.
 */
export function addNetworkCommands(program: Command): void {
  program
    .command("net-apply", { hidden: true })
    .description("change this node's networks, undone unless confirmed; input on standard input")
    .argument("<->", "standard input", standardInput)
    .addOption(runOption())
    .action(async (_input: string, _options: unknown, command: Command) => {
      const { netApplySchema } = await import("@/contract/net-apply");
      const { applyNetworks } = await import("@/suite/net/apply");
      const { withNetworks } = await import("@/suite/net/model");
      const console = consoleOf(command);
      const { networks, rollbackSeconds, plan, change, step } = await readInput(netApplySchema);
      const wish = (model: Parameters<typeof withNetworks>[0]) => withNetworks(model, networks);
      const apply = () => applyNetworks(wish, { plan, rollbackSeconds, shared: change, step });
      // Armed under the lock; what follows is the same change, while Consul may have lost its network.
      const isFollowing = change !== undefined && step === "change";
      const result = plan || isFollowing ? await apply() : await lockedWhenThere(command, apply);
      console.say(networkChangeText(result, plan));
      console.result(result);
    });
  program
    // Neither this nor the rollback asks for the lock: each ends a change that is half done, and refusing would leave it so.
    .command("net-commit", { hidden: true })
    .description("keep the pending network change, on every node that takes part in it")
    .action(async (_options: unknown, command: Command) =>
      decide(command, await decideHere("commit"), ["committed", "nothing-pending"]),
    );
  program
    .command("net-rollback", { hidden: true })
    .description("undo the pending network change now, on every node that takes part in it")
    .option("--boot", "restore the files only: the network is not up yet")
    .option("--by-timer <CHANGE>", "the guard of this change did not do it in time")
    .action(async (options: { boot?: boolean; byTimer?: string }, command: Command) => {
      if (options.boot === true) return await (await import("@/suite/net/guard-process")).undoAtBoot();
      if (options.byTimer !== undefined) {
        const { undoByTimer } = await import("@/suite/net/guard-process");
        const { endGuards } = await import("@/suite/net/guard-units");
        const { systemctl } = await import("@/suite/system/systemd");
        await undoByTimer(options.byTimer, () => systemctl("start", "zsha-net-guard.service"), endGuards);
        return;
      }
      decide(command, await decideHere("abort"), ["rolled-back", "nothing-pending"]);
    });
  program
    .command("net-guard", { hidden: true })
    .description("keeps or undoes a pending network change; run by systemd")
    .option("--wait", "for a change it is armed with over its socket")
    .action(async (options: { wait?: boolean }, command: Command) => {
      const { runGuard, runWaitingGuard } = await import("@/suite/net/guard-process");
      const stop = new AbortController();
      process.once("SIGTERM", () => stop.abort());
      if (options.wait === true) await runWaitingGuard(armUnderLock(command), stop.signal);
      else await runGuard(stop.signal);
      process.exit(0);
    });
  program
    .command("net-probe", { hidden: true })
    .description("test the paths to the other nodes, which must do so at the same time; input on standard input")
    .argument("<->", "standard input", standardInput)
    .action(async (_input: string, _options: unknown, command: Command) => {
      const { netProbeSchema } = await import("@/contract/net-probe");
      const { isTidy, runProbe } = await import("@/suite/net/probe");
      consoleOf(command).result(await runProbe(await readInput(netProbeSchema)));
      await isTidy();
    });
}

const armUnderLock =
  (command: Command): Arm =>
  async ({ input, run }) => {
    const { armHere } = await import("@/suite/net/apply");
    const { withNetworks } = await import("@/suite/net/model");
    const { change, networks, rollbackSeconds } = input;
    if (change === undefined) throw new AppError("bad-input", "a guard is armed with a change of several nodes");
    const arm = () => armHere((model) => withNetworks(model, networks), change, rollbackSeconds);
    return await lockedWhenThere(command, arm, run);
  };

async function decideHere(prefer: ChangeFate): Promise<NetDecision> {
  const { lastFate, readPending } = await import("@/suite/net/pending-change");
  const { askGuard } = await import("@/suite/net/guard-socket");
  if ((await readPending()) === null) {
    const fate = await lastFate();
    return { outcome: fate === null || fate === prefer ? "nothing-pending" : "too-late" };
  }
  return (await askGuard({ do: "decide", prefer }, decideWaitMs)).decision ?? { outcome: "nothing-pending" };
}

const sentences: Record<NetDecision["outcome"], string> = {
  committed: "the network change is kept",
  "rolled-back": "the network change is undone",
  "nothing-pending": "no network change is pending",
  "too-late": "the network change was decided the other way before",
};

function decide(command: Command, decision: NetDecision, good: readonly NetDecision["outcome"][]): void {
  const console = consoleOf(command);
  if (!good.includes(decision.outcome))
    throw new AppError("conflict", sentences[decision.outcome], { facts: { ...decision } });
  console.say(sentences[decision.outcome]);
  console.result(decision);
}
