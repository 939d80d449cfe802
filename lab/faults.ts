// Faults that can be switched on and off while the cluster runs.
import { buildRuleset, withCut, withoutCuts } from "@/lab/cuts";
import { LabError } from "@/lab/lab-error";
import { planNodes, type PlannedNode } from "@/lab/plan";
import type { Site } from "@/lab/site";
import { writeState, type Cut, type LabState } from "@/lab/state";

/** nft replaces the table in one transaction: there is no moment without or with half of the cuts. */
export async function applyFaults(site: Site, state: LabState): Promise<void> {
  const ruleset = buildRuleset(state.cuts, planNodes(state.nodes), state.networks);
  await site.loadRuleset(ruleset);
}

export async function addCut(site: Site, state: LabState, cut: Cut): Promise<void> {
  if (cut.peer === cut.node) throw new LabError(`${cut.node} cannot be cut off from itself`);
  await store(site, { ...state, cuts: withCut(state.cuts, cut) });
}

export async function removeCuts(site: Site, state: LabState, node: string | null): Promise<void> {
  await store(site, { ...state, cuts: withoutCuts(state.cuts, node) });
}

async function store(site: Site, state: LabState): Promise<void> {
  await applyFaults(site, state);
  writeState(state);
}

/** SIGSTOP or SIGCONT to every process of that name in the node; the pids are the site's. */
export async function signalByName(
  site: Site,
  node: PlannedNode,
  name: string,
  which: "SIGSTOP" | "SIGCONT",
): Promise<number[]> {
  // The kernel keeps 15 characters of a command's name.
  const pids = await site.signalByName(node, name.slice(0, 15), which);
  if (pids.length === 0) throw new LabError(`no process named ${name} runs in ${node.name}`);
  return pids;
}
