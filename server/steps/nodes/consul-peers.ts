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

/** Gossip tells every member within seconds that one was pruned. */
const goneWaitMs = 30_000;
const pollMs = 1_000;
/** consul: there is no such peer any more. */
const noSuchPeer = 1;

const removePeer = (ip: string): string[] => ["operator", "raft", "remove-peer", `-address=${ip}:8300`];
export const prune = (ip: string): string[] => ["force-leave", "-prune", ip];

export interface ConsulPresence {
  readonly peers: readonly string[];
  readonly members: readonly string[];
  /** Of the members, those that Consul calls alive. */
  readonly alive: readonly string[];
}

/**
 * Addresses of those that leave which Consul still counts; all of them when nobody can tell. Raft is read by its own list: serf and
 * raft forget separately.
 */
export async function consulPresence(context: NodeChangeContext): Promise<ConsulPresence> {
  const { consul: seen } = await haNow(context);
  const ips = context.input.leaving.map(({ storageIp }) => storageIp);
  if (seen.state === "unknown") return { peers: ips, members: ips, alive: ips };
  const peers = seen.value.peers.map((peer) => peer.split(":")[0] ?? "");
  const members = seen.value.members.filter(({ name }) => ips.includes(name));
  return {
    peers: ips.filter((ip) => peers.includes(ip)),
    members: members.map(({ name }) => name),
    alive: members.filter(({ status }) => status === "alive").map(({ name }) => name),
  };
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
    commands: input.leaving.flatMap(({ storageIp }) => [
      shown(helperOf(input), consulShown(removePeer(storageIp))),
      shown(helperOf(input), consulShown(prune(storageIp))),
    ]),
    undo: { kind: "none", because: say("consul-peer-dead") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 30,
    timeoutSeconds: 180,
  }),
  definition: {
    id: "ensure-consul-peers-removed",
    async precheck(context) {
      const { peers, members, alive } = await consulPresence(context);
      if (peers.length + members.length === 0) return { kind: "already", observed: say("consul-peers-gone") };
      // The old machine may have come back while the new one was prepared: its vote is not taken from under it.
      const back = context.input.leaving.find(({ storageIp }) => alive.includes(storageIp));
      return back === undefined
        ? { kind: "ready" }
        : { kind: "blocked", reason: say("node-guard-node-alive", { node: back.name }) };
    },
    async run(context) {
      const { peers, members } = await consulPresence(context);
      for (const ip of peers) await consul(context, context.cell, removePeer(ip), { allow: [noSuchPeer] });
      for (const ip of members) await consul(context, context.cell, prune(ip), { allow: [noSuchPeer] });
    },
    async verify(context) {
      let left: string[] = [];
      const look = async () => {
        const { peers, members } = await consulPresence(context);
        left = [...new Set([...peers, ...members])];
        return left.length === 0 ? true : null;
      };
      const gone = await pollUntil(look, { timeoutMs: goneWaitMs, everyMs: pollMs, signal: context.signal });
      return gone === true
        ? { reached: true, observed: say("consul-peers-gone") }
        : { reached: false, missing: say("consul-peers-left", { addresses: left.join(", ") }) };
    },
  },
};
