// How often a cluster that lacks nothing but some packets moves its management VM: the price of seeing a failure early.
import { say, withBench } from "@/bench/bench-lab";
import { type CephPlace, readStatus, startCluster, untilWhole } from "@/bench/failover-cluster";
import { rounded } from "@/bench/figures";
import type { HaProfile } from "@/contract/ha-profile";
import * as lab from "@/lab/cluster";

const wholeTimeoutMs = 300_000;
const lookEveryMs = 10_000;
/** The loss is over: by then whatever it set off is on record. */
const settleMs = 30_000;
const pageTimeoutMs = 5_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface PacketLossFigures {
  profile: HaProfile;
  ceph: CephPlace;
  /** Under loss, as measured. */
  minutes: number;
  lossPercent: number;
  /** The management VM was taken from an owner that nothing was wrong with. */
  falseFailovers: number;
  /** QEMU ended and was started again on its own node, or was restarted by the suite. */
  restarts: number;
  epochs: { before: number | null; after: number | null };
  /** Of the questions asked during the loss, how many the guest's page did not answer in time: told, not judged. */
  page: { asked: number; unanswered: number };
  /** What happened, as the suite recorded it. */
  history: string[];
}

export const benchPacketLoss = (options: {
  minutes: number;
  loss: number;
  profile: HaProfile;
  ceph: CephPlace;
}): Promise<PacketLossFigures> =>
  withBench(async () => {
    const { minutes, loss, profile, ceph } = options;
    const cluster = await startCluster(profile, ceph);
    const before = await untilWhole(cluster, wholeTimeoutMs);
    const known = new Set(before.history.map((record) => record.id));
    say(`${loss} % of all packets of every node are lost for ${minutes} minutes…`);
    // Each node's links in both directions; a packet between two nodes passes two of these rules.
    for (const { name } of cluster.nodes) await lab.cut(name, { network: "all", lossPercent: loss });
    const began = performance.now();
    const page = { asked: 0, unanswered: 0 };
    const records = new Map<string, string>();
    const failovers = new Set<string>();
    const restarts = new Set<string>();
    const look = async (): Promise<void> => {
      const status = await readStatus(cluster.nodes[0]?.name ?? "").catch(() => null);
      for (const record of status?.history ?? []) {
        if (known.has(record.id)) continue;
        if (record.kind === "failover") failovers.add(record.id);
        if (record.kind === "restart" || record.kind === "start") restarts.add(record.id);
        const text = `${record.at} ${record.kind} ${record.from ?? ""} → ${record.node}, epoch ${record.epoch}`;
        if (!records.has(record.id)) say(text);
        records.set(record.id, text);
      }
    };
    try {
      while (performance.now() - began < minutes * 60_000) {
        await pause(lookEveryMs);
        await look();
        page.asked += 1;
        const answered = await fetch(cluster.page, { signal: AbortSignal.timeout(pageTimeoutMs) }).then(
          (response) => response.ok,
          () => false,
        );
        if (!answered) page.unanswered += 1;
      }
    } finally {
      await lab.heal();
    }
    const lasted = (performance.now() - began) / 60_000;
    await pause(settleMs);
    const after = await untilWhole(cluster, wholeTimeoutMs);
    await look();
    const epochs = { before: before.managementVm.epoch, after: after.managementVm.epoch };
    const untold = (epochs.after ?? 0) - (epochs.before ?? 0) - failovers.size - restarts.size;
    // The history keeps the last twenty: epochs that are in none of its records count against us.
    const falseFailovers = failovers.size + Math.max(0, untold);
    return {
      profile,
      ceph,
      minutes: rounded(lasted, 1),
      lossPercent: loss,
      falseFailovers,
      restarts: restarts.size,
      epochs,
      page,
      history: [...records.values()],
    };
  });
