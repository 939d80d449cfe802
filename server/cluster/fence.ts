import { adoptionOf, hostOf, nodesOf } from "@/server/cluster/service";
import { exitedZero, nodeFencePath, type RemoteHost } from "@/server/ports/remote-host";

/** A node that is off must not hold a run up; longer only waits for what it cannot say. */
const answerMs = 5_000;

/** 0: it has seen none, or did not say. */
export async function fenceSeenBy(host: RemoteHost): Promise<number> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), answerMs));
  const asked = host.exec(["cat", nodeFencePath], { timeoutMs: answerMs }).catch(() => null);
  const answer = await Promise.race([asked, late]);
  return answer !== null && exitedZero(answer) ? Number.parseInt(answer.stdout, 10) || 0 : 0;
}

/**
 * Another panel may have sent to these nodes, and its numbers are not in this panel's journal: a run that began below them would be
 * refused by every node as somebody who woke up late. Asked once, when a run is made and nobody else holds the cluster.
 */
export async function fenceFloorOf(clusterId: string): Promise<number> {
  const [nodes, adopted] = await Promise.all([nodesOf(clusterId), adoptionOf(clusterId)]);
  const seen = await Promise.all(nodes.map(async ({ name }) => await fenceSeenBy(await hostOf(clusterId, name))));
  return Math.max(adopted?.fence ?? 0, ...seen);
}
