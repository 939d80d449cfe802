import { consulKeys } from "@/contract/consul-keys";
import type { ClusterFile } from "@/contract/node-setup";
import { formatErrorChain } from "@/lib/error-chain";
import type { ConsulClient } from "@/suite/consul/consul-client";
import { admitPeers, ownPeerKey, type PeerKey, peerKeySchema } from "@/suite/libvirt/peer-access";
import type { RotatingLog } from "@/suite/log";

/** A replaced node brings a new key: noticed within a minute, long before anybody migrates to it. */
const everyMs = 60_000;
const soonMs = 5_000;

/** Publishes this node's key and admits those of the configured members, for as long as the daemon lives. */
export function keepPeerKeys(parts: { cluster: ClusterFile; consul: ConsulClient; log: RotatingLog }): void {
  let said = "";
  const once = async (): Promise<boolean> => {
    const { cluster, consul, log } = parts;
    try {
      const own = JSON.stringify(await ownPeerKey(cluster.node, cluster.ip));
      const read = await consul.read(consulKeys.peerPrefix);
      if (read.kind === "unknown") return false;
      const key = consulKeys.peerPrefix + cluster.node;
      if (read.entries.find((entry) => entry.key === key)?.value !== own) await consul.put(key, own);
      const peers = read.entries.flatMap((entry) => readKey(entry.value) ?? []);
      // Only members of the configuration, at their configured address: the key alone admits nobody.
      const members = peers.filter((peer) =>
        cluster.nodes.some((node) => node.name === peer.node && node.ip === peer.ip),
      );
      await admitPeers(members);
      return members.length === cluster.nodes.length;
    } catch (error) {
      const sentence = `Peers cannot migrate to this node: ${formatErrorChain(error)}`;
      if (sentence !== said) log.write({ level: "error", sentence });
      said = sentence;
      return false;
    }
  };
  const loop = async (): Promise<void> => {
    for (;;) await pause((await once()) ? everyMs : soonMs);
  };
  void loop();
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds).unref());

function readKey(text: string): PeerKey | null {
  try {
    return peerKeySchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
