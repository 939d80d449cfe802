import { type Sentence, sentenceText } from "@/contract/sentence";
import type { FenceRecord, OwnerRecord } from "@/contract/consul-keys";
import type { Deed, Outcome, TaskArguments } from "@/suite/core/deed";
import type { Flow } from "@/suite/core/simulation/flow";
import { called } from "@/suite/core/simulation/flow";
import { done, failed, transaction, unclear, wait } from "@/suite/core/simulation/sim-calls";
import { fenceImage, mapChange, readWatchers } from "@/suite/core/simulation/sim-ceph-calls";
import {
  handOver,
  judgeMigration,
  markOperation,
  migrateVm,
  sideOf,
} from "@/suite/core/simulation/sim-migration-deeds";
import { withFence } from "@/suite/core/simulation/sim-kv";
import type { SimNode } from "@/suite/core/simulation/sim-node";

type Args<K extends keyof TaskArguments> = TaskArguments[K];
type Performers = { readonly [D in Deed as D["deed"]]: (node: SimNode, deed: D) => Flow<Outcome> };

/** Step by step what `suite/daemon/deeds.ts` does: between two steps the process can be frozen or die. */
export function performed<D extends Deed>(node: SimNode, deed: D): Flow<Outcome> {
  const performer = performers[deed.deed] as (node: SimNode, deed: D) => Flow<Outcome>;
  return performer(node, deed);
}

const nodeOf = (node: SimNode, address: string): string | null =>
  node.world.names.find((name) => address === `file:${name}` || address.startsWith(`${name}:`)) ?? null;

const targets = (node: SimNode, addresses: readonly string[]): FenceRecord["targets"] =>
  addresses.map((address) => ({ address, node: nodeOf(node, address) }));

function* whyNotOurs(node: SimNode): Flow<string | null> {
  const { consul } = node.world;
  const session = yield* called<string | null | { none: true }>((resume) =>
    consul.request(node.name, () => consul.kv.owner.session ?? { none: true as const }, resume),
  );
  if (session === null) return "the lock cannot be read: no answer from the local agent";
  return typeof session === "string" && session === node.lease.session
    ? null
    : "the lock is no longer held by this node";
}

/** Through the leader: lock, epoch and intent as they are now. */
function* whyNotStillOurs(node: SimNode, epoch: number): Flow<string | null> {
  const lost = yield* whyNotOurs(node);
  if (lost !== null) return lost;
  const { kv } = node.world.consul;
  if (kv.epoch.value !== epoch) return `epoch ${kv.epoch.value} is the newest`;
  return kv.intent.record?.want === "started" ? null : "the intent is no longer started";
}

function* recordAddress(node: SimNode, epoch: number, address: string, configVersion: number): Flow<Sentence | null> {
  const { consul } = node.world;
  const written = yield* transaction(node, () => {
    const { record, session } = consul.kv.owner;
    const ours = session !== null && session === node.lease.session && record?.epoch === epoch;
    if (!ours || consul.kv.epoch.value !== epoch) return failed("the lock was lost while QEMU started");
    if (consul.kv.intent.record?.want !== "started") return failed("the intent is no longer started");
    if (consul.kv.config.version !== configVersion) return failed("the configuration changed while QEMU started");
    consul.commit({ owner: { record: { ...record, phase: "starting", clientAddress: address }, session } });
    return done;
  });
  return written.result === "done" ? null : written.because;
}

function* recordFence(
  node: SimNode,
  epoch: number,
  addresses: readonly string[],
  state: FenceRecord["state"],
): Flow<Outcome> {
  const { consul } = node.world;
  const before = node.keys?.fences.find((fence) => fence.epoch === epoch)?.targets ?? [];
  const added = [...new Set(addresses)].filter((address) => !before.some((target) => target.address === address));
  const record = { epoch, node: node.name, state, at: "", targets: [...before, ...targets(node, added)] };
  const unfinished = (node.keys?.fences ?? []).filter((fence) => fence.state === "fencing");
  return yield* transaction(node, () => {
    const closed = state === "fenced" ? closedWith(record, unfinished) : [];
    const all = [record, ...closed].reduce(
      (fences, fence) => withFence({ ...consul.kv, fences }, fence),
      consul.kv.fences,
    );
    consul.commit({ fences: all });
    return done;
  });
}

/** As suite/consul/transactions.ts does it. */
function closedWith(fence: FenceRecord, unfinished: readonly FenceRecord[]): FenceRecord[] {
  const fenced = new Set(fence.targets.map(({ address }) => address));
  return unfinished
    .filter(({ epoch, targets: all }) => epoch < fence.epoch && all.every(({ address }) => fenced.has(address)))
    .map((record) => ({ ...record, state: "fenced" }));
}

/** A QEMU that was not let run. */
function* takeBack(node: SimNode, because: Sentence, refused: boolean): Flow<Outcome> {
  const destroyed = yield* called<Outcome>((resume) => node.host.destroy(resume));
  return destroyed.result === "done"
    ? { result: "failed", because, refused }
    : unclear(`${sentenceText(because)}; QEMU is not destroyed yet`);
}

const performers: Performers = {
  *take(node, deed: Args<"take">) {
    const { consul } = node.world;
    const { session } = node.lease;
    if (session === null) return failed("this node has no session");
    return yield* transaction(node, () => {
      const { kv } = consul;
      if (!consul.mayLock(session)) return failed("the lock is held, or its lock-delay runs");
      if (kv.epoch.index !== deed.epochIndex) return failed("somebody was faster");
      if (kv.intent.index !== deed.intentIndex) return failed("the intent changed");
      const epoch = deed.epochValue + 1;
      const record: OwnerRecord = {
        node: node.name,
        epoch,
        domainUuid: "sim",
        phase: "taking",
        startId: deed.startId,
        clientAddress: node.world.isFolder ? `file:${node.name}` : deed.address,
        configVersion: null,
        at: "",
      };
      const fence = {
        epoch,
        node: node.name,
        targets: targets(node, deed.fenceFirst),
        state: "fencing",
        at: "",
      } as const;
      consul.commit({
        epoch: { value: epoch, index: consul.nextIndex },
        owner: { record, session },
        fences: withFence(kv, fence),
      });
      return { result: "done", epoch };
    });
  },
  *reclaim(node, deed: Args<"reclaim">) {
    const { consul } = node.world;
    const { session } = node.lease;
    const record = node.seen?.owner.record ?? null;
    if (session === null || record === null) return failed("this node has no session");
    return yield* transaction(node, () => {
      if (consul.kv.epoch.index !== deed.epochIndex) return failed("somebody took an epoch");
      if (!consul.mayLock(session)) return failed("the lock is held, or its lock-delay runs");
      consul.commit({ owner: { record: { ...record, phase: "running", clientAddress: deed.address }, session } });
      return done;
    });
  },
  *release(node, deed: Args<"release">) {
    const { consul } = node.world;
    const { session } = node.lease;
    const record = node.seen?.owner.record ?? null;
    if (session === null || record === null || record.epoch !== deed.epoch) return done;
    const index = node.seen?.epoch.index ?? 0;
    return yield* transaction(node, () => {
      if (consul.kv.epoch.index !== index) return failed("another epoch is the newest");
      if (consul.kv.owner.session !== session) return failed("the lock is not held by this session");
      consul.commit({
        owner: { session: null, record: { ...record, phase: "stopping", clientAddress: deed.address } },
      });
      return done;
    });
  },
  *fence(node, deed: Args<"fence">) {
    const lost = yield* whyNotOurs(node);
    if (lost !== null) return failed(lost);
    const { epoch } = deed;
    const found = new Set(deed.first.filter((address) => address !== (deed.spareOwn ? node.host.qemu?.address : null)));
    const result = yield* fenceImage(node, deed, function* (addresses) {
      for (const address of addresses) found.add(address);
      const state = node.keys?.fences.find((fence) => fence.epoch === epoch)?.state ?? "fencing";
      yield* recordFence(node, epoch, [...found], state);
    });
    if (!result.ok) return failed(result.because);
    const written = yield* recordFence(node, epoch, [...found, ...result.addresses], "fenced");
    return written.result === "done"
      ? { result: "done", addresses: result.addresses }
      : unclear("the fence is made but not recorded: no answer from the local agent");
  },
  *create(node, deed: Args<"create">) {
    const lost = yield* whyNotStillOurs(node, deed.epoch);
    if (lost !== null) return { result: "failed", because: lost, refused: true };
    const { host, world } = node;
    const configVersion = world.consul.kv.config.version;
    const marks = { startId: deed.startId, epoch: deed.epoch, configVersion };
    const created = yield* called<Outcome>((resume) => host.create(marks, true, resume));
    if (created.result === "failed") {
      const since = yield* whyNotStillOurs(node, deed.epoch);
      return since === null ? created : { ...created, refused: true };
    }
    if (created.result !== "done") return created;
    const watchers = yield* readWatchers(node);
    const own = host.qemu?.address ?? null;
    const address = own !== null && (world.isFolder || watchers?.includes(own) === true) ? own : null;
    if (address === null) return yield* takeBack(node, "its storage client cannot be told apart", false);
    const recorded = yield* recordAddress(node, deed.epoch, address, configVersion);
    if (recorded !== null) return yield* takeBack(node, recorded, true);
    const resumed = yield* called<Outcome>((resume) => host.resume(resume));
    return resumed.result === "done"
      ? { result: "done", address }
      : unclear("QEMU is there; whether it runs is not known");
  },
  *"ask-guest-off"(node) {
    return yield* called<Outcome>((resume) => node.host.askOff(resume));
  },
  *destroy(node) {
    return yield* called<Outcome>((resume) => node.host.destroy(resume));
  },
  *"confirm-gone"(node, { address }) {
    yield wait(node, 100);
    if (node.host.qemu !== null) {
      yield wait(node, 2_000);
      if (node.host.qemu !== null) return failed("a QEMU process is there");
    }
    if (address === null) return done;
    const watchers = yield* readWatchers(node);
    if (watchers === null) return unclear("the watchers cannot be listed");
    return watchers.includes(address) ? failed(`${address} still watches the image`) : done;
  },
  *"end-session"(node, { session }) {
    const { consul } = node.world;
    return yield* transaction(node, () => {
      consul.invalidate(session);
      return done;
    });
  },
  *"announce-prepared"(node, { operation }) {
    return yield* markOperation(node, operation, { phase: "prepared" });
  },
  *"fail-operation"(node, { operation, error }) {
    return yield* markOperation(node, operation, { phase: "failed", error });
  },
  migrate: migrateVm,
  "judge-migration": judgeMigration,
  "hand-over": handOver,
  *"destroy-peer"(node, { target, startId }) {
    const { world, name } = node;
    const there = world.host(target);
    const reached = (): boolean => there.answers && world.network.both(name, target, "ssh");
    yield wait(node, 300);
    if (!reached()) return unclear("the other node cannot be reached");
    const side = sideOf(node, target, startId);
    if (side === "absent") return done;
    if (side === "unknown") return failed("another domain runs there");
    const destroyed = yield* called<Outcome>((resume) => there.destroy(resume));
    if (destroyed.result !== "done") return destroyed;
    return reached() && there.qemu === null ? done : unclear("it is not proven gone");
  },
  *resume(node) {
    return yield* called<Outcome>((resume) => node.host.resume(resume));
  },
  *"find-address"(node) {
    const watchers = yield* readWatchers(node);
    if (watchers === null) return unclear("the watchers cannot be listed");
    const { qemu } = node.host;
    const address = qemu !== null && (node.world.isFolder || watchers.includes(qemu.address)) ? qemu.address : null;
    return { result: "done", address };
  },
  *"ping-guest"(node) {
    yield wait(node, 200);
    const { qemu, answers } = node.host;
    const up = answers && qemu?.state === "running" && !qemu.frozen;
    return up && node.world.queue.now - qemu.bootedAt > 8_000 ? done : failed("no answer");
  },
  *"audit-watchers"(node, { own }) {
    const watchers = yield* readWatchers(node);
    if (watchers === null) return unclear("the watchers cannot be listed");
    return { result: "done", addresses: watchers.filter((address) => address !== own) };
  },
  *"stamp-epoch"(node, { epoch, startId }) {
    yield wait(node, 100);
    const { qemu, answers } = node.host;
    if (!answers || qemu === null) return failed("libvirtd does not answer");
    qemu.epoch = epoch;
    qemu.startId = startId;
    return done;
  },
  *"set-guest-network"(node) {
    yield wait(node, 500);
    return node.host.qemu?.state === "running" ? done : failed("no answer");
  },
  *"lift-fences"(node, { addresses, own }) {
    const { world, host } = node;
    yield wait(node, 100);
    if ((host.qemu === null ? 0 : 1) > (own === null ? 0 : 1))
      return failed("a QEMU runs here that is not accounted for");
    const lifted: string[] = [];
    for (const address of addresses) {
      if (address === own) continue;
      if (world.image.isBlocked(address)) {
        if (!(yield* mapChange(node, () => world.lift(address)))) return unclear("the monitors do not answer");
        lifted.push(address);
      }
      node.lifted.add(address);
    }
    return { result: "done", addresses: lifted };
  },
};
