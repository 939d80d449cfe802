import { formatErrorChain } from "@/lib/error-chain";
import type { ClusterFile } from "@/contract/node-setup";
import type { Console } from "@/suite/cli/console";
import { runPeerCommand } from "@/suite/cli/peer-command";
import { askPeer } from "@/suite/install/peers";

/** Consul and zshad on every node, before anything is asked of them. A node that cannot be reached is told, not fatal: a majority is enough. */
export async function startServices(cluster: ClusterFile, console: Console): Promise<void> {
  await runPeerCommand("start-services");
  const others = cluster.nodes.filter((node) => node.name !== cluster.node);
  const troubles = await Promise.all(
    others.map(async (node) => {
      try {
        const result = await askPeer(node, "start-services");
        if (result === null || (result.kind === "exited" && result.code === 0)) return null;
        return `${node.name}: ${result.kind === "exited" ? result.stderr.trim() : result.reason}`;
      } catch (error) {
        return `${node.name}: ${formatErrorChain(error)}`;
      }
    }),
  );
  for (const trouble of troubles) if (trouble !== null) console.warn(`services not started on ${trouble}`);
}
