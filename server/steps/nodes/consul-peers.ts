import { AppError } from "@/contract/errors";
import { type NodeChangeInput, stayingNames } from "@/contract/node-change";
import type { PlannedCommand } from "@/contract/run";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import {
  consul,
  consulShown,
  haNow,
  helperOf,
  type NodeChangeContext,
  type NodeChangeStep,
} from "@/server/steps/nodes/node-change-step";

/** Each node is told by itself; a goodbye reaches it by gossip within seconds. Longer: one whose Consul does not answer is told late. */
const goneWaitMs = 30_000;
const pollMs = 1_000;
/** consul: there is no such peer any more. */
const noSuchPeer = 1;
/** consul: the agent of this node does not answer. */
const noAnswer = 1;

const removePeer = (ip: string): string[] => ["operator", "raft", "remove-peer", `-address=${ip}:8300`];
const prune = (ip: string): string[] => ["force-leave", "-prune", ip];

export interface ConsulPresence {
  readonly peers: readonly string[];
  /** Members that Consul calls alive. */
  readonly alive: readonly string[];
}

const leavingIps = ({ input }: NodeChangeContext): string[] => input.leaving.map(({ storageIp }) => storageIp);

/** Of those that leave, by address: all of them when nobody can tell. Raft is read by its own list: serf and raft forget separately. */
export async function consulPresence(
  context: NodeChangeContext,
  ips: readonly string[] = leavingIps(context),
): Promise<ConsulPresence> {
  const { consul: seen } = await haNow(context);
  if (seen.state === "unknown") return { peers: ips, alive: ips };
  const peers = seen.value.peers.map((peer) => peer.split(":")[0] ?? "");
  const members = seen.value.members.filter(({ name }) => ips.includes(name));
  return {
    peers: ips.filter((ip) => peers.includes(ip)),
    alive: members.filter(({ status }) => status === "alive").map(({ name }) => name),
  };
}

/**
 * Which of those that leave each node that stays still lists; all of them where it cannot tell. Each keeps a list of its own, and one
 * node's word that a member is forgotten was seen to pass the others by.
 */
async function gossipAbout(
  context: NodeChangeContext,
  ips: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = stayingNames(context.input).map(async (node) => {
    const { code, stdout } = await consul(context, node, ["members"], { allow: [noAnswer] });
    const listed = stdout.split("\n").map((line) => line.split(/\s/)[0]);
    return [node, code === 0 ? ips.filter((ip) => listed.includes(ip)) : ips] as const;
  });
  return new Map(await Promise.all(lists));
}

/** Addresses that Consul still counts, in raft or in the gossip of any node that stays. */
export async function stillCounted(
  context: NodeChangeContext,
  ips: readonly string[] = leavingIps(context),
): Promise<string[]> {
  const { peers } = await consulPresence(context, ips);
  return [...new Set([...peers, ...[...(await gossipAbout(context, ips)).values()].flat()])];
}

/** On every node that lists them, until none does: a node that has not heard the goodbye yet lists them as alive, and later as gone. */
export async function forget(context: NodeChangeContext, ips: readonly string[] = leavingIps(context)): Promise<void> {
  const look = async () => {
    const lists = [...(await gossipAbout(context, ips))];
    for (const [node, listed] of lists)
      for (const ip of listed) await consul(context, node, prune(ip), { allow: [noSuchPeer] });
    return lists.every(([, listed]) => listed.length === 0) ? true : null;
  };
  await pollUntil(look, { timeoutMs: goneWaitMs, everyMs: pollMs, signal: context.signal });
}

export const prunesShown = (input: NodeChangeInput, ip: string): PlannedCommand[] =>
  stayingNames(input).map((node) => shown(node, consulShown(prune(ip))));

/** The commands by which those that stay forget a server that is dead. */
export const farewellShown = (input: NodeChangeInput, ip: string): PlannedCommand[] => [
  shown(helperOf(input), consulShown(removePeer(ip))),
  ...prunesShown(input, ip),
];

/** A dead server's vote first, then its name in everybody's gossip. */
async function outOfConsul(context: NodeChangeContext, ips: readonly string[]): Promise<void> {
  const { peers } = await consulPresence(context, ips);
  for (const ip of peers) await consul(context, helperOf(context.input), removePeer(ip), { allow: [noSuchPeer] });
  await forget(context, ips);
}

/** A server that nobody can say goodbye for. Refused while Consul hears it: then it is not gone. */
export async function forgetDead(context: NodeChangeContext, node: string, ip: string): Promise<void> {
  const { consul: seen } = await haNow(context);
  if (seen.state === "unknown")
    throw new AppError(
      "consul-unreachable",
      say("guard-unread", { what: say("reading-members"), reason: seen.reason }),
    );
  if (seen.value.members.some(({ name, status }) => name === ip && status === "alive"))
    throw new AppError("blocked", say("node-guard-node-alive", { node }), { facts: { node } });
  await outOfConsul(context, [ip]);
  const left = await stillCounted(context, [ip]);
  if (left.length > 0)
    throw new AppError("verification-failed", say("consul-peers-left", { addresses: ip }), { facts: { node } });
}

/**
 * Until the old peer is gone Consul counts it in every vote, and refuses the new server: same name, another id. The raft peer goes
 * first; a member that is pruned before would leave a voter that nobody can name.
 */
export const consulPeersStep: NodeChangeStep = {
  plan: (input) => ({
    id: "ensure-consul-peers-removed",
    phase: "ha",
    cells: [helperOf(input)],
    commands: input.leaving.flatMap(({ storageIp }) => farewellShown(input, storageIp)),
    undo: { kind: "none", because: say("consul-peer-dead") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 30,
    timeoutSeconds: 180,
  }),
  definition: {
    id: "ensure-consul-peers-removed",
    async precheck(context) {
      const { alive } = await consulPresence(context);
      if ((await stillCounted(context)).length === 0) return { kind: "already", observed: say("consul-peers-gone") };
      // The old machine may have come back while the new one was prepared: its vote is not taken from under it.
      const back = context.input.leaving.find(({ storageIp }) => alive.includes(storageIp));
      return back === undefined
        ? { kind: "ready" }
        : { kind: "blocked", reason: say("node-guard-node-alive", { node: back.name }) };
    },
    async run(context) {
      await outOfConsul(context, leavingIps(context));
    },
    async verify(context) {
      let left: string[] = [];
      const look = async () => {
        left = await stillCounted(context);
        return left.length === 0 ? true : null;
      };
      const gone = await pollUntil(look, { timeoutMs: goneWaitMs, everyMs: pollMs, signal: context.signal });
      return gone === true
        ? { reached: true, observed: say("consul-peers-gone") }
        : { reached: false, missing: say("consul-peers-left", { addresses: left.join(", ") }) };
    },
  },
};
