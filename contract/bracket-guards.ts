import type { EndableBracket } from "@/contract/bracket-kinds";
import {
  ceph,
  consulServes,
  fails,
  guard,
  type GuardFacts,
  holds,
  judged,
  type MaintenanceGuard,
  nothingRunning,
  unread,
  treeUnread,
} from "@/contract/maintenance-guards";
import { wholeCluster } from "@/contract/maintenance-subject";
import { say } from "@/contract/sentence";

/** Flags under which Ceph leaves alone what is gone: without them it begins to copy. */
const protectsOsds: ReadonlySet<string> = new Set(["noout", "nobackfill", "norecover", "norebalance"]);

/** What must hold before a state that was left on is ended. The button, the router and the run's own first step ask it. */
export function bracketGuards(facts: GuardFacts, bracket: EndableBracket): MaintenanceGuard[] {
  const asked = [
    guard("no-other-maintenance", ownedByNone(facts, bracket)),
    guard("nothing-running", nothingRunning(facts)),
  ];
  switch (bracket.kind) {
    case "cluster-flags":
    case "host-flags":
      return [guard("osds-back", osdsBack(facts, bracket)), ...asked];
    case "stopped-intent":
      return [guard("consul-majority", consulServes(facts)), ...asked];
    case "ha-service-off":
    case "host-maintenance":
      return [guard("node-alive", nodeAlive(facts, bracket.node ?? "")), ...asked];
    case "vm-ha-off":
      return asked;
  }
}

type Answer = Omit<MaintenanceGuard, "code">;

/** What a maintenance took away, the maintenance gives back, in the right order. */
function ownedByNone({ open }: GuardFacts, { node }: EndableBracket): Answer {
  if (open === null) return holds(say("guard-no-maintenance"));
  if (open.state === "unknown") return unread(say("reading-records"), open.reason);
  const owner = open.value.find(({ subject }) => node === null || subject === node || subject === wholeCluster);
  if (owner === undefined) return holds(say("guard-no-maintenance"));
  const { subject, actor, at } = owner;
  return fails(say("guard-ends-with-maintenance", { subject, actor, at }));
}

function osdsBack(facts: GuardFacts, { node, flags }: EndableBracket): Answer {
  if (!flags.some((flag) => protectsOsds.has(flag)))
    return holds(say("guard-no-osds-needed", { flags: flags.join(", ") }));
  return judged(facts, (ha) =>
    ceph(ha, ({ osdsByHost }) => {
      if (osdsByHost === null) return treeUnread;
      const concerned = node === null ? Object.values(osdsByHost).flat() : (osdsByHost[node] ?? []);
      const down = concerned.filter(({ up, in: isIn }) => !(up && isIn)).map(({ id }) => `osd.${id}`);
      return down.length === 0
        ? holds(say("guard-osds-back"))
        : fails(say("guard-osds-down", { osds: down.join(", ") }));
    }),
  );
}

function nodeAlive({ members }: GuardFacts, node: string): Answer {
  const member = members.find((each) => each.node === node)?.member;
  if (member?.state === "known")
    return member.value === "alive"
      ? holds(say("guard-node-alive", { node }))
      : fails(say("guard-nodes-lost", { nodes: node }));
  return unread(say("reading-node", { node }), member?.reason ?? say("no-answer"));
}
