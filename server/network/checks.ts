import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/contract/errors";
import { type NetworkCheck, type NetworkChecks, newestCheck } from "@/contract/network-check";
import { hostOf, managedClusters, nodesOf } from "@/server/cluster/service";
import { log } from "@/server/log";
import { currentNetworks } from "@/server/network/service";
import { oncePerProcess, shutdownSignal } from "@/server/process";
import { listRuns } from "@/server/run/service";
import { measureNetworks } from "@/server/steps/networks/measure-networks";

/**
 * Between two rounds of the standing check. One round is, per node, one ssh command of about two seconds and two ARP questions per
 * network, and per pair and network eight small datagrams and three large ones: nothing a network notices. Shorter costs nodes
 * more than it tells, live link states show a pulled cable at once; longer leaves a switch that drops frames unseen for as long.
 */
const standingCheckEveryMs = 5 * 60_000;
/** After the panel's start. Sooner: it competes with runs that are being taken up again. */
const firstCheckAfterMs = 20_000;

interface Held {
  standing: NetworkCheck | null;
  full: NetworkCheck | null;
  running: { depth: NetworkCheck["depth"]; check: Promise<NetworkCheck> } | null;
}
const none: Held = { standing: null, full: null, running: null };

const held = (): Map<string, Held> => oncePerProcess("network checks", () => new Map<string, Held>());

export function checksOf(clusterId: string): NetworkChecks {
  const { standing, full, running } = held().get(clusterId) ?? none;
  return { standing, full, running: running?.depth ?? null, everySeconds: standingCheckEveryMs / 1000 };
}

/** The findings alone, for who only wants to know whether all is well. */
export function verdictOf(clusterId: string): {
  newest: Pick<NetworkCheck, "at" | "depth" | "findings"> | null;
  everySeconds: number;
} {
  const checks = checksOf(clusterId);
  const newest = newestCheck(checks);
  const { everySeconds } = checks;
  if (newest === null) return { newest, everySeconds };
  const { at, depth, findings } = newest;
  return { newest: { at, depth, findings }, everySeconds };
}

/** All nodes test their paths to each other now, on all flows. Who asks while that is under way gets the same answer. */
export const measureCluster = (clusterId: string): Promise<NetworkCheck> => measureOnce(clusterId, "full");

async function measureOnce(clusterId: string, depth: NetworkCheck["depth"]): Promise<NetworkCheck> {
  const before = held().get(clusterId) ?? none;
  if (before.running !== null && (before.running.depth === depth || depth === "cheap"))
    return await before.running.check;
  // Two probes at once would listen at the same port: the gentle one is waited for.
  const check = (before.running?.check ?? Promise.resolve(null))
    .catch(() => null)
    .then(() => measure(clusterId, depth));
  held().set(clusterId, { ...before, running: { depth, check } });
  try {
    const made = await check;
    const now = held().get(clusterId) ?? none;
    held().set(clusterId, { ...now, ...(depth === "full" ? { full: made } : { standing: made }) });
    return made;
  } finally {
    const now = held().get(clusterId) ?? none;
    if (now.running?.check === check) held().set(clusterId, { ...now, running: null });
  }
}

async function measure(clusterId: string, depth: NetworkCheck["depth"]): Promise<NetworkCheck> {
  const [nodes, plans] = await Promise.all([nodesOf(clusterId), currentNetworks(clusterId)]);
  const earlier = checksOf(clusterId).standing;
  return await measureNetworks(await Promise.all(nodes.map(({ name }) => hostOf(clusterId, name))), plans, {
    depth,
    checkDuplicates: true,
    nowIso: () => new Date().toISOString(),
    signal: shutdownSignal(),
    earlier: earlier && { reports: earlier.reports, secondsAgo: (Date.now() - Date.parse(earlier.at)) / 1000 },
  });
}

/** The standing check: every cluster in turn, one at a time, as long as the panel lives. */
export async function keepChecking(shutdown: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: shutdown, ref: false }).catch(() => undefined);
  await pause(firstCheckAfterMs);
  while (!shutdown.aborted) {
    await checkAll(shutdown).catch((error: unknown) =>
      log().error({ area: "network", error: String(error) }, "the standing network check could not go round"),
    );
    await pause(standingCheckEveryMs);
  }
}

async function checkAll(shutdown: AbortSignal): Promise<void> {
  for (const id of await managedClusters()) {
    if (shutdown.aborted) return;
    // A run may be taking these very networks apart, or nodes down: what would be found then is no fault.
    const [active] = await listRuns({ clusterId: id, activeOnly: true, limit: 1 });
    if (active !== undefined) continue;
    try {
      await measureOnce(id, "cheap");
    } catch (error) {
      // Networks that no run made and the nodes could not tell: whoever opens their page is told why.
      if (error instanceof AppError && (error.code === "not-found" || error.code === "blocked")) continue;
      log().warn({ area: "network", cluster: id, error: String(error) }, "the standing network check failed");
    }
  }
}
