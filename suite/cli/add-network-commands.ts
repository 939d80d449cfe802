import type { Command } from "commander";
import { type NetDecision, netApplySchema } from "@/contract/net-apply";
import { AppError } from "@/contract/errors";
import { standardInput } from "@/suite/cli/add-setup-commands";
import { consoleOf } from "@/suite/cli/command-action";
import { lockedWhenThere, runOption } from "@/suite/cli/run-lock-option";
import { networkChangeText } from "@/suite/cli/network-text";
import { readInput } from "@/suite/cli/setup-commands";
import { applyNetworks } from "@/suite/net/apply";
import { commit, rollBack } from "@/suite/net/dead-man";
import { withNetworks } from "@/suite/net/model";

/** All networks of a node at once, with a rollback that only a new connection can stop: how the panel changes networks. */
export function addNetworkCommands(program: Command): void {
  program
    .command("net-apply", { hidden: true })
    .description("change this node's networks, undone unless confirmed; input on standard input")
    .argument("<->", "standard input", standardInput)
    .addOption(runOption())
    .action(async (_input: string, _options: unknown, command: Command) => {
      const console = consoleOf(command);
      const { networks, rollbackSeconds, plan } = await readInput(netApplySchema);
      const apply = () => applyNetworks((model) => withNetworks(model, networks), { plan, rollbackSeconds });
      const result = plan ? await apply() : await lockedWhenThere(command, apply);
      console.say(networkChangeText(result, plan));
      console.result(result);
    });
  program
    // Neither this nor the rollback asks for the lock: each ends a change that is half done, and refusing would leave it so.
    .command("net-commit", { hidden: true })
    .description("keep the pending network change")
    .action(async (_options: unknown, command: Command) =>
      decide(command, await commit(), ["committed", "nothing-pending"]),
    );
  program
    .command("net-rollback", { hidden: true })
    .description("undo the pending network change now")
    .option("--boot", "restore the files only: the network is not up yet")
    .action(async (options: { boot?: boolean }, command: Command) =>
      decide(command, await rollBack({ boot: options.boot === true }), ["rolled-back", "nothing-pending"]),
    );
}

const sentences: Record<NetDecision["outcome"], string> = {
  committed: "the network change is kept",
  "rolled-back": "the network change is undone",
  "nothing-pending": "no network change is pending",
  "too-late": "the network change was undone before it was confirmed",
};

function decide(command: Command, decision: NetDecision, good: readonly NetDecision["outcome"][]): void {
  const console = consoleOf(command);
  if (!good.includes(decision.outcome))
    throw new AppError("conflict", sentences[decision.outcome], { facts: { ...decision } });
  console.say(sentences[decision.outcome]);
  console.result(decision);
}
