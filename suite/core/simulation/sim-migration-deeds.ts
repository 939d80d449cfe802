import type { OperationRecord } from "@/contract/consul-keys";
import type { Outcome, SideState, TaskArguments } from "@/suite/core/deed";
import { isAdmitted, newcomer, receiversOf, withReceiver } from "@/suite/core/receiver-address";
import type { Flow } from "@/suite/core/simulation/flow";
import { done, failed, transaction, unclear, wait } from "@/suite/core/simulation/sim-calls";
import { readWatchers } from "@/suite/core/simulation/sim-ceph-calls";
import type { SimNode } from "@/suite/core/simulation/sim-node";

/** As in `suite/daemon/admit-receiver.ts`. */
const admitWithinMs = 45_000;
const lookEveryMs = 200;
const lookTimeoutMs = 3_000;

type Args<K extends keyof TaskArguments> = TaskArguments[K];

export function* markOperation(node: SimNode, id: string, change: Partial<OperationRecord>): Flow<Outcome> {
  const { consul } = node.world;
  return yield* transaction(node, () => {
    const { record } = consul.kv.operation;
    if (record === null || record.id !== id) return failed("the operation was replaced by another one");
    if (record.phase === "done" || record.phase === "failed") return failed(`the operation is ${record.phase}`);
    consul.commit({ operation: { record: { ...record, ...change }, index: consul.nextIndex } });
    return done;
  });
}

/** A domain of the same name that carries another start is nobody's copy. */
export function sideOf(node: SimNode, where: string, startId: string): SideState {
  const { qemu } = node.world.host(where);
  if (qemu === null) return "absent";
  return qemu.startId === startId ? qemu.state : "unknown";
}

/** As in `suite/daemon/machine.ts`: what stopped on an I/O error has run. */
function receiverSide(node: SimNode, where: string, startId: string): SideState {
  const side = sideOf(node, where, startId);
  return side === "paused" && node.world.host(where).qemu?.reason === "io-error" ? "running" : side;
}

/** The copy creeps until the receiver's storage client is on record: the next taker could not shut it out otherwise. */
export function* migrateVm(node: SimNode, deed: Args<"migrate">): Flow<Outcome> {
  const { world, name } = node;
  yield* markOperation(node, deed.operation, { phase: "copying" });
  const before = yield* readWatchers(node);
  if (before === null) return failed("the image's watchers cannot be listed");
  const ended: Outcome[] = [];
  let onEnd = (): void => {};
  world.migrations.begin(name, deed.target, (outcome) => {
    ended.push(outcome);
    onEnd();
  });
  const until = world.queue.now + admitWithinMs;
  let refused: Outcome | null = null;
  while (ended.length === 0) {
    yield wait(node, lookEveryMs);
    const address = world.isFolder
      ? `file:${deed.target}`
      : newcomer((yield* readWatchers(node, "watchers", lookTimeoutMs)) ?? [], before);
    const written = address === null ? null : yield* recordReceiver(node, deed, address);
    if (written?.result === "done") {
      world.migrations.admit(name);
      break;
    }
    if (written?.result === "failed") refused = written;
    if (world.queue.now > until) refused = failed(`the storage client of ${deed.target} cannot be told`);
    if (refused === null) continue;
    world.migrations.abort(name);
    break;
  }
  if (ended.length === 0)
    yield (resume) => {
      onEnd = resume;
      if (ended.length > 0) resume();
    };
  return refused ?? ended[0] ?? unclear("no answer in time");
}

function* recordReceiver(node: SimNode, { epoch, operation, target }: Args<"migrate">, address: string): Flow<Outcome> {
  const { consul } = node.world;
  const { session } = node.lease;
  const index = node.seen?.epoch.index ?? 0;
  const record = withReceiver(node.seen?.receiver ?? null, { epoch, address, node: target, operation, at: "" });
  return yield* transaction(node, () => {
    if (session === null || consul.kv.owner.session !== session) return failed("the lock is no longer held");
    if (consul.kv.epoch.index !== index) return failed("somebody took an epoch");
    consul.commit({ receiver: record });
    return done;
  });
}

/** A copy that nobody admitted and nobody looks after any more would creep for ever. */
export function* judgeMigration(node: SimNode, { target, startId }: Args<"judge-migration">): Flow<Outcome> {
  yield wait(node, 400);
  const { world, host, name } = node;
  if (world.migrations.isCopying(name)) {
    const { seen } = node;
    const epoch = seen?.owner.record?.epoch ?? 0;
    if (isAdmitted(seen?.receiver, epoch, seen?.operation.record?.id ?? null)) world.migrations.admit(name);
    else world.migrations.abort(name);
    return unclear("the copy is still under way");
  }
  const there = world.host(target);
  return {
    result: "done",
    here: host.answers ? sideOf(node, name, startId) : "unknown",
    there: there.answers && world.network.both(name, target, "ssh") ? receiverSide(node, target, startId) : "unknown",
  };
}

export function* handOver(node: SimNode, deed: Args<"hand-over">): Flow<Outcome> {
  const { consul } = node.world;
  const { session } = node.lease;
  const owner = node.seen?.owner.record ?? null;
  const operation = node.seen?.operation.record ?? null;
  if (session === null || owner === null || operation === null) return failed("owner, session or operation is missing");
  const clientAddress = receiversOf(node.seen?.receiver, owner.epoch).at(-1) ?? null;
  return yield* transaction(node, () => {
    const { kv } = consul;
    if (kv.owner.session !== session) return failed("the lock is no longer held");
    if (kv.epoch.index !== deed.epochIndex) return failed("somebody took an epoch");
    if (!consul.isSession(deed.targetSession)) return failed("the target's session is gone");
    const epoch = deed.epoch + 1;
    const index = consul.nextIndex;
    const end: Partial<OperationRecord> =
      operation.id === deed.operation
        ? { phase: "done", percent: 100 }
        : { phase: "failed", error: `an earlier migration moved the VM to ${deed.target}` };
    consul.commit({
      epoch: { value: epoch, index },
      owner: {
        session: deed.targetSession,
        record: { ...owner, node: deed.target, epoch, phase: "running", clientAddress },
      },
      operation: { record: { ...operation, ...end }, index },
    });
    return { result: "done", epoch };
  });
}
