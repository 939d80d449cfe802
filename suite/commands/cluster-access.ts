import { consulKeys, type IntentRecord } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import type { ClusterFile } from "@/contract/node-setup";
import { say, sentenceText } from "@/contract/sentence";
import type { ConsulClient, ReadResult, TxnResult } from "@/suite/consul/consul-client";
import { ConsulClient as Client } from "@/suite/consul/consul-client";
import { type ClusterView, clusterView } from "@/suite/consul/cluster-view";
import { readNodeSettings } from "@/suite/daemon/settings";
import { monotonicMs, wallClock } from "@/suite/system/clock";

/** Shorter: a leader's election on a busy cluster ends a command whose order stands. Longer: without a majority a person waits for nothing. */
const readWithinMs = 30_000;
const readAgainMs = 500;
/** A write whose answer was lost and that did not happen is sent again at most so often. */
const writeTries = 3;

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

/** Everything below `zsha/`, as the leader has it. A missed answer is asked for again: looking harms nobody. */
export async function readCluster(access: ClusterAccess): Promise<ClusterView> {
  const read = await readPatiently(access);
  if (read.kind === "unknown") {
    throw new AppError("consul-unreachable", `The cluster's state cannot be read: ${sentenceText(read.because)}`, {
      advice: 'A majority of the nodes must run Consul; see "systemctl status consul".',
    });
  }
  return viewOf(access, read.entries);
}

async function readPatiently(access: ClusterAccess): Promise<ReadResult> {
  const until = access.wallClock().getTime() + readWithinMs;
  for (;;) {
    const read = await access.consul.read("zsha/");
    if (read.kind === "entries" || access.wallClock().getTime() >= until) return read;
    await access.sleep(readAgainMs);
  }
}

/**
 * Writes a record where its key still stands at `index`. A lost answer is settled by what stands there afterwards: ours (others may have
 * gone on with it meanwhile, and `mark` stays in it), another's, or what stood there before.
 */
export async function writeRecord(
  access: ClusterAccess,
  key: string,
  record: { readonly value: string; readonly index: number; readonly mark: string },
): Promise<TxnResult> {
  const { value, index, mark } = record;
  for (let tries = 1; ; tries += 1) {
    const written = await access.consul.put(key, value, index);
    if (written.kind === "done") return written;
    const read = await readPatiently(access);
    if (read.kind === "unknown") return read;
    const there = read.entries.find((entry) => entry.key === key);
    if (there?.value.includes(mark) === true) return { kind: "done" };
    const isAsBefore = (there?.modifyIndex ?? 0) === index;
    if (written.kind === "refused" || !isAsBefore) return { kind: "refused", because: say("key-overtaken") };
    if (tries >= writeTries) return written;
  }
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
  const value = JSON.stringify(record);
  const written = await writeRecord(access, consulKeys.intent, { value, index: seen.intent.index, mark: value });
  if (written.kind === "done") return record;
  throw new AppError(
    written.kind === "refused" ? "conflict" : "command-outcome-unknown",
    `Whether the management VM shall be ${want} was not recorded: ${sentenceText(written.because)}`,
    { advice: "Run the command again." },
  );
}
