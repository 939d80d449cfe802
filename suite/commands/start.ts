import { AppError } from "@/contract/errors";
import { joined, sentenceText } from "@/contract/sentence";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import { readCluster, setIntent } from "@/suite/commands/cluster-access";

/** Crash-looping nodes and a pool that is peering may need minutes; a healthy start takes about ten seconds. */
const startTimeoutMs = 300_000;
const pollMs = 500;

/**
 * Says that the management VM shall run and waits until it does. The daemons of stopped nodes are resident and come back
 * by themselves; those whose unit is down are named, since nothing on another node can start them.
 */
export async function startCluster(
  access: ClusterAccess,
  actor: string,
  say: (line: string) => void,
): Promise<{ node: string }> {
  const since = (await setIntent(access, "started", actor)).at;
  for (const node of access.cluster.nodes) say(`Do for ${node.ip}`);
  const deadline = access.wallClock().getTime() + startTimeoutMs;
  for (;;) {
    const { seen } = await readCluster(access);
    const owner = seen.owner.record;
    const live = seen.owner.session !== null && owner !== null && owner.phase === "running";
    if (live && seen.peers[owner.node]?.record.domain === "running") return { node: owner.node };
    if (seen.intent.record?.want !== "started") {
      throw new AppError("conflict", `${seen.intent.record?.actor ?? "Somebody"} stopped the management VM meanwhile`);
    }
    if (access.wallClock().getTime() > deadline) {
      const reasons = access.cluster.nodes.map((node) => {
        const record = seen.peers[node.name]?.record;
        if (record === undefined) return `${node.name}: its zsha service does not report`;
        return record.eligible
          ? `${node.name}: eligible`
          : `${node.name}: ${sentenceText(joined(record.ineligibleBecause))}`;
      });
      throw new AppError(
        "timed-out",
        `The management VM is not running ${startTimeoutMs / 60_000} minutes after ${since}`,
        {
          advice: reasons.join("\n"),
        },
      );
    }
    await access.sleep(pollMs);
  }
}
