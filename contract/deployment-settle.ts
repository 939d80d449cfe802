import { derivedConfig } from "@/contract/config-problems";
import type { DeploymentDraft } from "@/contract/deployment";
import type { NetworkPlan } from "@/contract/network-plan";
import type { NodeFacts } from "@/contract/node-facts";

/**
 * Brings the parts that follow from others in line: plans name exactly the nodes there are, the configuration carries what
 * networks and storage decided. Browser and server both call it after each change, so that they show the same draft.
 */
export function settleDraft(draft: DeploymentDraft): DeploymentDraft {
  const facts = draft.nodes.flatMap((node) => node.facts ?? []);
  const withPlans = {
    ...draft,
    networks: draft.networks.map((plan) => onTheseNodes(plan, facts)),
    storage:
      draft.storage?.mode === "bootstrap"
        ? { ...draft.storage, disks: kept(draft.storage.disks, facts) }
        : draft.storage,
  };
  if (withPlans.config === null) return withPlans;
  return { ...withPlans, config: { ...withPlans.config, ...derivedConfig(withPlans) } };
}

/** A node that joins gets the NICs the first node has in this network, where it has NICs of those names. */
function onTheseNodes(plan: NetworkPlan, nodes: readonly NodeFacts[]): NetworkPlan {
  const pattern = plan.onNodes[0]?.nics ?? [];
  return {
    ...plan,
    onNodes: nodes.map(
      (facts) =>
        plan.onNodes.find((entry) => entry.node === facts.hostName) ?? {
          node: facts.hostName,
          nics: pattern.filter((name) => facts.nics.some((nic) => nic.name === name)),
          ip: null,
        },
    ),
  };
}

function kept(disks: Record<string, string[]>, nodes: readonly NodeFacts[]): Record<string, string[]> {
  return Object.fromEntries(Object.entries(disks).filter(([name]) => nodes.some((facts) => facts.hostName === name)));
}
