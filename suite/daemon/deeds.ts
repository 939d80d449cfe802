import { randomUUID } from "node:crypto";
import { consulKeys, type FenceRecord, type OwnerRecord } from "@/contract/consul-keys";
import { say, type Sentence } from "@/contract/sentence";
import { hostOfAddress } from "@/suite/ceph/fence";
import {
  fencedTransaction,
  fenceKey,
  reclaimTransaction,
  releaseTransaction,
  takeTransaction,
} from "@/suite/consul/transactions";
import type { Deed, Outcome, TaskArguments } from "@/suite/core/deed";
import {
  addressOf,
  type DeedContext,
  done,
  failed,
  markOperation,
  transact,
  unknown,
} from "@/suite/daemon/deed-context";
import { handOver, isCopyAdmitted, migrateVm } from "@/suite/daemon/migration-deeds";
import { startVm } from "@/suite/daemon/start-vm";

type Args<K extends keyof TaskArguments> = TaskArguments[K];
type Performers = { readonly [D in Deed as D["deed"]]: (context: DeedContext, deed: D) => Promise<Outcome> };

export function performDeed(context: DeedContext, deed: Deed): Promise<Outcome> {
  return perform(context, deed);
}

function perform<D extends Deed>(context: DeedContext, deed: D): Promise<Outcome> {
  const performer = performers[deed.deed] as (context: DeedContext, deed: D) => Promise<Outcome>;
  return performer(context, deed);
}

const performers: Performers = {
  take,
  reclaim,
  fence,
  release,
  async "end-session"(context, { session }) {
    await context.consul.destroySession(session);
    return done;
  },
  "announce-prepared": (context, { operation }) => markOperation(context, operation, { phase: "prepared" }),
  "fail-operation": (context, { operation, error }) => markOperation(context, operation, { phase: "failed", error }),
  "hand-over": handOver,
  "lift-fences": liftFences,
  create: (context, deed) => startVm(context, deed),
  "ask-guest-off": (context) => context.machine.askGuestOff(),
  destroy: (context) => context.machine.destroy(),
  async "confirm-gone"(context, { address }) {
    const gone = await context.machine.confirmProcessGone();
    if (gone.result !== "done" || address === null) return gone;
    const watchers = await context.store().watchers();
    if (!watchers.ok) return unknown(watchers.because);
    return watchers.value.includes(address) ? failed(say("still-watching", { address })) : done;
  },
  migrate: migrateVm,
  "judge-migration": (context, { target, startId }) =>
    context.machine.judge(addressOf(context, target), startId, isCopyAdmitted(context)),
  async "destroy-peer"(context, { target, startId }) {
    return context.machine.destroyPeer(addressOf(context, target), startId);
  },
  resume: (context) => context.machine.resume(),
  async "find-address"(context, { not }) {
    const found = await context.store().ownAddress(not);
    return found.ok ? { result: "done", address: found.value } : unknown(found.because);
  },
  "ping-guest": (context) => context.machine.pingGuest(),
  async "audit-watchers"(context, { own }) {
    const watchers = await context.store().watchers();
    if (!watchers.ok) return unknown(watchers.because);
    return { result: "done", addresses: watchers.value.filter((address) => address !== own) };
  },
  "stamp-epoch": (context, { epoch, startId }) =>
    context.machine.stamp({ epoch, startId, configVersion: context.config().version }),
  "set-guest-network": (context) => context.machine.setGuestNetwork(context.config().value),
};

async function take(context: DeedContext, deed: Args<"take">): Promise<Outcome> {
  const session = context.session();
  if (session === null) return failed(say("no-own-session"));
  const epoch = deed.epochValue + 1;
  const at = context.wallClock().toISOString();
  const record: OwnerRecord = {
    node: context.cluster.node,
    epoch,
    domainUuid: randomUUID(),
    phase: "taking",
    startId: deed.startId,
    clientAddress: context.store().addressOn(context.cluster.node) ?? deed.address,
    configVersion: null,
    at,
  };
  const fenceRecord: FenceRecord = {
    epoch,
    node: context.cluster.node,
    targets: deed.fenceFirst.map((address) => ({ address, node: nodeOfAddress(context, address) })),
    state: "fencing",
    at,
  };
  const verbs = takeTransaction({
    record,
    session,
    fence: fenceRecord,
    epochIndex: deed.epochIndex,
    intentIndex: deed.intentIndex,
  });
  const result = await transact(context, verbs);
  if (result.result !== "done") return result;
  // The start needs some lease left, and the last renewal may have been on its way to a leader that died.
  context.checkLease();
  return { result: "done", epoch };
}

async function reclaim(context: DeedContext, deed: Args<"reclaim">): Promise<Outcome> {
  const session = context.session();
  const owner = context.owner();
  if (session === null || owner === null) return failed(say("no-own-session"));
  const record: OwnerRecord = {
    ...owner,
    phase: "running",
    clientAddress: deed.address,
    at: context.wallClock().toISOString(),
  };
  return transact(context, reclaimTransaction(record, session, deed.epochIndex));
}

async function release(context: DeedContext, deed: Args<"release">): Promise<Outcome> {
  const session = context.session();
  const owner = context.owner();
  if (session === null || owner === null || owner.epoch !== deed.epoch) return done;
  const at = context.wallClock().toISOString();
  const record: OwnerRecord = { ...owner, phase: "stopping", clientAddress: deed.address, at };
  return transact(context, releaseTransaction(record, session, context.epochIndex()));
}

/** The lock is read through the leader right before: a daemon that slept must not shut out its successor. */
async function fence(context: DeedContext, deed: Args<"fence">): Promise<Outcome> {
  const lost = await whyNotOurs(context);
  if (lost !== null) return failed(lost);
  const store = context.store();
  let spare: string | null = null;
  if (deed.spareOwn) {
    const own = await store.ownAddress(deed.first);
    spare = context.ownAddress() ?? (own.ok ? own.value : null);
    if (spare === null) return failed(say("own-client-unclear"));
  }
  // The record as last read may be older than the take: without these a second write would forget whom the first one named.
  const found = new Set(deed.first.filter((address) => address !== spare));
  const result = await store.fence({
    first: deed.first,
    spare,
    markDown: deed.markDown,
    onPart: context.onFencePart,
    // Best effort: without Consul's answer the fence itself goes on.
    async onFound(addresses) {
      for (const address of addresses) found.add(address);
      const state = context.fence(deed.epoch)?.state ?? "fencing";
      const record = fenceRecord(context, deed.epoch, [...found], state);
      await context.consul.put(fenceKey(deed.epoch), JSON.stringify(record));
    },
  });
  if (!result.ok) return failed(result.because);
  const record = fenceRecord(context, deed.epoch, [...found, ...result.value], "fenced");
  const written = await context.consul.transact(fencedTransaction(record, context.unfinishedFences()));
  if (written.kind !== "done") return unknown(say("fence-unrecorded", { why: written.because }));
  return { result: "done", addresses: result.value };
}

function fenceRecord(
  context: DeedContext,
  epoch: number,
  addresses: readonly string[],
  state: FenceRecord["state"],
): FenceRecord {
  const before = context.fence(epoch)?.targets ?? [];
  const added = [...new Set(addresses)].filter((address) => !before.some((target) => target.address === address));
  return {
    epoch,
    node: context.cluster.node,
    targets: [...before, ...added.map((address) => ({ address, node: nodeOfAddress(context, address) }))],
    state,
    at: context.wallClock().toISOString(),
  };
}

async function liftFences(
  context: DeedContext,
  deed: { addresses: readonly string[]; own: string | null },
): Promise<Outcome> {
  const processes = await context.machine.qemuCount();
  // With an own VM exactly one process may be there, and its address is known: every other address of this node is over.
  if (processes > (deed.own === null ? 0 : 1)) return failed(say("qemu-unaccounted"));
  const store = context.store();
  const blocked = await store.blocklisted();
  if (!blocked.ok) return unknown(blocked.because);
  const lifted: string[] = [];
  for (const address of deed.addresses) {
    if (address === deed.own) continue;
    if (blocked.value.includes(address)) {
      const result = await store.lift(address);
      if (!result.ok) return unknown(result.because);
      lifted.push(address);
    }
    context.onLifted(address);
  }
  return { result: "done", addresses: lifted };
}

async function whyNotOurs(context: DeedContext): Promise<Sentence | null> {
  const read = await context.consul.read(consulKeys.owner);
  if (read.kind === "unknown") return say("lock-unread", { why: read.because });
  const [entry] = read.entries;
  return entry?.session !== undefined && entry.session === context.session() ? null : say("lock-not-held");
}

function nodeOfAddress(context: DeedContext, address: string): string | null {
  if (address.startsWith("file:")) return address.slice("file:".length);
  const host = hostOfAddress(address);
  return context.cluster.nodes.find((node) => node.ip === host)?.name ?? null;
}
