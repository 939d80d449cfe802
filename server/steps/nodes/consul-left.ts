import { AppError } from "@/contract/errors";
import type { HaStatus } from "@/contract/ha-status";
import { type Answer, fails, holds, unread } from "@/contract/maintenance-guards";
import { suitePaths } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { outputOf } from "@/server/steps/deployment/deploy-step";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import { vmSafeFrom } from "@/server/steps/maintenance/vm-elsewhere";
import { consulPresence, forget, prunesShown, stillCounted } from "@/server/steps/nodes/consul-peers";
import { sayGoodbye } from "@/server/steps/nodes/goodbye";
import { lastLook } from "@/server/steps/nodes/last-look";
import {
  consulShown,
  haNow,
  leavingNames,
  type NodeChangeContext,
  type NodeChangeStep,
  stayingIps,
} from "@/server/steps/nodes/node-change-step";

/** Raft, gossip and the reading of it by the node that is asked. */
const settleMs = 60_000;
const pollMs = 2_000;

/** Nodes that Consul still counts, in raft or in gossip. */
async function stillMembers(context: NodeChangeContext): Promise<string[]> {
  const counted = await stillCounted(context);
  return context.input.leaving.filter(({ storageIp }) => counted.includes(storageIp)).map(({ name }) => name);
}

/** What would be lost by one vote less now; null: nothing. */
const wouldHurt = (context: NodeChangeContext): Promise<Sentence | null> =>
  lastLook(context, async () => {
    const ha = await haNow(context);
    return [vmStays(ha, leavingNames(context.input)), allAlive(ha, stayingIps(context.input))];
  });

function vmStays(ha: HaStatus, leaving: readonly string[]): Answer {
  const safe = vmSafeFrom(ha, leaving);
  if (safe !== null) return holds(safe);
  if (ha.managementVm.state === "unknown") return unread(say("reading-owner"), say("vm-is-unknown"));
  return fails(say("guard-vm-here", { node: leaving.join(", ") }));
}

function allAlive({ consul: seen }: HaStatus, ips: readonly string[]): Answer {
  if (seen.state === "unknown") return unread(say("reading-members"), seen.reason);
  const { members } = seen.value;
  const lost = ips.filter((ip) => members.find(({ name }) => name === ip)?.status !== "alive");
  return lost.length === 0
    ? holds(say("guard-nodes-alive", { count: ips.length }))
    : fails(say("guard-nodes-lost", { nodes: lost.join(", ") }));
}

async function refuseHurt(context: NodeChangeContext): Promise<void> {
  const reason = await wouldHurt(context);
  if (reason !== null)
    throw new AppError("blocked", reason, { facts: { nodes: leavingNames(context.input).join(", ") } });
}

const stopDaemon = ["systemctl", "disable", "--now", "zsha.service"];
const uninstall = [suitePaths.executable, "remove-node-setup", "--json"];

/** One after the other: each goodbye changes who is a majority. */
export const consulLeftStep: NodeChangeStep = {
  plan: (input) => ({
    id: "ensure-consul-left",
    phase: "ha",
    cells: ["cluster"],
    commands: input.leaving.flatMap(({ name, storageIp }) => [
      shown(name, stopDaemon),
      shown(name, consulShown(["leave"])),
      ...prunesShown(input, storageIp),
    ]),
    undo: { kind: "none", because: say("member-left") },
    pointOfNoReturn: true,
    softTimeoutSeconds: 90,
    timeoutSeconds: 600,
  }),
  definition: {
    id: "ensure-consul-left",
    async precheck(context) {
      if ((await stillMembers(context)).length === 0) return { kind: "already", observed: say("consul-peers-gone") };
      const reason = await wouldHurt(context);
      return reason === null ? { kind: "ready" } : { kind: "blocked", reason };
    },
    async run(context) {
      const { leaving } = context.input;
      await refuseHurt(context);
      // All their daemons before the first goodbye: then none of them can take the management VM any more.
      for (const { name: node } of leaving) await context.command(stopDaemon, { node, allow: [1, 5] });
      for (const { name: node, storageIp } of leaving) {
        if (!(await stillMembers(context)).includes(node)) continue;
        await refuseHurt(context);
        await sayGoodbye(context, node);
        const look = async () => ((await consulPresence(context)).peers.includes(storageIp) ? null : true);
        const left = await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
        if (left === null)
          throw new AppError("verification-failed", say("consul-not-left", { nodes: node }), { facts: { node } });
      }
      // Gossip remembers who left for three days, and would call the cluster incomplete as long.
      await forget(context);
    },
    async verify(context) {
      let left: string[] = [];
      const look = async () => ((left = await stillMembers(context)).length === 0 ? true : null);
      await pollUntil(look, { timeoutMs: settleMs, everyMs: pollMs, signal: context.signal });
      return left.length === 0
        ? { reached: true, observed: say("consul-peers-gone") }
        : { reached: false, missing: say("consul-not-left", { nodes: left.join(", ") }) };
    },
  },
};

export const suiteRemovedStep: NodeChangeStep = {
  plan: (input) => ({
    id: "ensure-suite-removed",
    phase: "ha",
    cells: leavingNames(input),
    commands: leavingNames(input).map((node) => shown(node, uninstall)),
    undo: { kind: "none", because: say("member-left") },
    pointOfNoReturn: true,
    softTimeoutSeconds: 60,
    timeoutSeconds: 600,
  }),
  definition: {
    id: "ensure-suite-removed",
    precheck: async (context) =>
      (await context.host().readFile(suitePaths.clusterFile)) === null
        ? { kind: "already", observed: say("node-suite-removed", { node: context.cell }) }
        : { kind: "ready" },
    async run(context) {
      outputOf(await context.detached(uninstall), say("work-setting-up-node"), context.cell);
    },
    async verify(context) {
      return (await context.host().readFile(suitePaths.clusterFile)) === null
        ? { reached: true, observed: say("node-suite-removed", { node: context.cell }) }
        : { reached: false, missing: say("suite-still-there", { path: suitePaths.clusterFile, node: context.cell }) };
    },
  },
};
