// Faults that can be switched on and off while the cluster runs.
import { nodeProcesses } from "@/lab/containers";
import { buildRuleset, withCut, withoutCuts } from "@/lab/cuts";
import { LabError } from "@/lab/lab-error";
import { HUB_NAMESPACE, planNodes, type PlannedNode } from "@/lab/plan";
import { commandName, signal } from "@/lab/processes";
import { run } from "@/lab/shell";
import { writeState, type Cut, type LabState } from "@/lab/state";

/** nft replaces the table in one transaction: there is no moment without or with half of the cuts. */
export async function applyFaults(state: LabState): Promise<void> {
  const ruleset = buildRuleset(state.cuts, planNodes(state.nodes), state.networks);
  await run(["ip", "netns", "exec", HUB_NAMESPACE, "nft", "--file", "-"], { input: ruleset });
}

export async function addCut(state: LabState, cut: Cut): Promise<void> {
  if (cut.peer === cut.node) throw new LabError(`${cut.node} cannot be cut off from itself`);
  await store({ ...state, cuts: withCut(state.cuts, cut) });
}

export async function removeCuts(state: LabState, node: string | null): Promise<void> {
  await store({ ...state, cuts: withoutCuts(state.cuts, node) });
}

async function store(state: LabState): Promise<void> {
  await applyFaults(state);
  writeState(state);
}

/** SIGSTOP or SIGCONT to every process of that name in the node; the pids are the host's. */
export function signalByName(node: PlannedNode, name: string, which: "SIGSTOP" | "SIGCONT"): number[] {
  // The kernel keeps 15 characters of a command's name.
  const pids = nodeProcesses(node, name.slice(0, 15), commandName);
  if (pids.length === 0) throw new LabError(`no process named ${name} runs in ${node.name}`);
  return pids.filter((pid) => signal(pid, which));
}
