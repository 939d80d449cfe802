import { membershipMissing } from "@/contract/node-change-guards";
import { say, type Sentence } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { shown, statusCommand, whatIsMissing } from "@/server/steps/maintenance/maintenance-step";
import {
  consul,
  consulShown,
  haNow,
  helperOf,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

/** A new standby proves storage, libvirt and the peers' keys before it calls itself eligible: a minute, on a busy node three. */
const eligibleWaitMs = 300_000;
/** One reading of a busy cluster may go unanswered right after a good one. */
const confirmWaitMs = 45_000;
const pollMs = 2_000;

const listPeers = ["operator", "raft", "list-peers"];

/** Of `consul operator raft list-peers`: those that are counted in a majority, by address. */
export const votersIn = (peers: string): string[] =>
  peers.split("\n").flatMap((line) => {
    const [, , address = "", , voter] = line.split(/\s+/);
    return voter === "true" ? [address.replace(/:\d+$/, "")] : [];
  });

/** Raft lets a new server listen for ten seconds before it has a vote: until then it is in no majority, though Consul lists it. */
async function withoutVote(context: NodeChangeContext): Promise<string[]> {
  const voters = votersIn((await consul(context, helperOf(context.input), listPeers, { allow: [] })).stdout);
  const { nodes } = context.input.deployment;
  return nodes.filter(({ storageIp }) => !voters.includes(storageIp)).map(({ name }) => name);
}

async function missing(context: NodeChangeContext): Promise<Sentence | null> {
  const names = context.input.deployment.nodes.map(({ name }) => name);
  const open = membershipMissing(await haNow(context), names);
  if (open !== null) return open;
  const mute = await withoutVote(context);
  return mute.length === 0 ? null : say("consul-no-vote", { nodes: mute.join(", ") });
}

/** The end as HA sees it: every member runs, every standby could take over, Consul counts these and no others, each with a vote. */
export const haMembershipStep: NodeChangeStep = {
  plan: (input) => ({
    id: "verify-ha-membership",
    phase: "verify",
    cells: [helperOf(input)],
    commands: [statusCommand, consulShown(listPeers)].map((argv) => shown(helperOf(input), argv)),
    undo: { kind: "none", because: say("only-looks") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 90,
    timeoutSeconds: 600,
  }),
  definition: {
    id: "verify-ha-membership",
    precheck: async () => await Promise.resolve({ kind: "ready" as const }),
    async run(context) {
      const look = async () => {
        const open = await whatIsMissing(() => missing(context));
        if (open !== null) context.progress(null, null, open);
        return open === null ? true : null;
      };
      await pollUntil(look, { timeoutMs: eligibleWaitMs, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      let open = await missing(context);
      const look = async () => {
        open = await missing(context);
        return open === null ? true : null;
      };
      if (open !== null) await pollUntil(look, { timeoutMs: confirmWaitMs, everyMs: pollMs, signal: context.signal });
      return open === null
        ? { reached: true, observed: say("ha-members-ready", { count: context.input.deployment.nodes.length }) }
        : { reached: false, missing: open };
    },
  },
};
