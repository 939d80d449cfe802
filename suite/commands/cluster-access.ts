import { consulKeys, type IntentRecord } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import type { ClusterFile } from "@/contract/node-setup";
import { sentenceText } from "@/contract/sentence";
import type { ConsulClient } from "@/suite/consul/consul-client";
import { ConsulClient as Client } from "@/suite/consul/consul-client";
import { type ClusterView, clusterView } from "@/suite/consul/cluster-view";
import { readNodeSettings } from "@/suite/daemon/settings";
import { monotonicMs, wallClock } from "@/suite/system/clock";

/** What a command on a node has to work with: who we are, and Consul on this node's loopback. */
export interface ClusterAccess {
  readonly cluster: ClusterFile;
  readonly consul: ConsulClient;
  readonly wallClock: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export async function openCluster(): Promise<ClusterAccess> {
  const { cluster, suiteToken } = await readNodeSettings();
  const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
  return { cluster, consul: new Client(suiteToken), wallClock, sleep };
}

/** Everything below `zsha/`, as the leader has it. */
export async function readCluster(access: ClusterAccess): Promise<ClusterView> {
  const read = await access.consul.read("zsha/");
  if (read.kind === "unknown") {
    throw new AppError("consul-unreachable", `The cluster's state cannot be read: ${sentenceText(read.because)}`, {
      advice: 'A majority of the nodes must run Consul; see "systemctl status consul".',
    });
  }
  return viewOf(access, read.entries);
}

/** What stands in Consul, as this node sees it now and for the first time. */
export const viewOf = (access: ClusterAccess, entries: Parameters<typeof clusterView>[0]): ClusterView =>
  clusterView(entries, {
    node: access.cluster.node,
    monotonicMs: monotonicMs(),
    wallMs: access.wallClock().getTime(),
    members: {},
    before: null,
    liftedAlready: new Set(),
  });

/** Raises the intent by one generation; also when it already says so, because that ends a crash loop's refusal. */
export async function setIntent(
  access: ClusterAccess,
  want: IntentRecord["want"],
  actor: string,
): Promise<IntentRecord> {
  const { seen } = await readCluster(access);
  const record: IntentRecord = {
    want,
    generation: (seen.intent.record?.generation ?? 0) + 1,
    actor,
    at: access.wallClock().toISOString(),
  };
  const written = await access.consul.put(consulKeys.intent, JSON.stringify(record), seen.intent.index);
  if (written.kind === "done") return record;
  throw new AppError(
    written.kind === "refused" ? "conflict" : "command-outcome-unknown",
    `Whether the management VM shall be ${want} was not recorded: ${sentenceText(written.because)}`,
    { advice: "Run the command again." },
  );
}
