import type { OperationRecord, OwnerRecord } from "@/contract/consul-keys";
import { say, type Sentence } from "@/contract/sentence";
import { handOverTransaction, receiverTransaction } from "@/suite/consul/transactions";
import type { Outcome, TaskArguments } from "@/suite/core/deed";
import { isAdmitted, newcomer, receiversOf, withReceiver } from "@/suite/core/receiver-address";
import { addressOf, type DeedContext, failed, markOperation, transact } from "@/suite/daemon/deed-context";

type Args<K extends keyof TaskArguments> = TaskArguments[K];

/**
 * From the command to the receiver's storage client on record. QEMU opens the image there within a second or two; a dead client of an
 * earlier copy is listed for 30 s and hides nothing, as it was there before. Shorter: a slow node is never migrated to. Longer: a copy
 * that cannot be shut out creeps on.
 */
const admitWithinMs = 45_000;
/** Shorter only asks Ceph more often; longer prolongs every migration by as much. */
const lookEveryMs = 200;

/**
 * The copy creeps until the receiver's storage client is on record. Without that nobody could shut it out who takes the VM after its
 * watch is forgotten (30 s): a receiver cut off at the switch-over would come back as a second writer.
 */
export async function migrateVm(context: DeedContext, deed: Args<"migrate">): Promise<Outcome> {
  const { operation, target, startId } = deed;
  await markOperation(context, operation, { phase: "copying", percent: 0 });
  const before = await context.store().watchers();
  if (!before.ok) return failed(before.because);
  const shared = await context.store().sharesWith(target);
  const to = { targetIp: addressOf(context, target), startId, shared };
  return context.machine.migrate(to, {
    onPercent: (percent) => void markOperation(context, operation, { phase: "copying", percent }),
    admit: (isOver) => admit(context, deed, before.value, isOver),
  });
}

/** Null: the copy may run. Otherwise why it must not. */
async function admit(
  context: DeedContext,
  deed: Args<"migrate">,
  before: readonly string[],
  isOver: () => boolean,
): Promise<Sentence | null> {
  const until = performance.now() + admitWithinMs;
  while (!isOver()) {
    const address = await lookForReceiver(context, deed.target, before);
    const written = address === null ? null : await recordReceiver(context, deed, address);
    if (written?.result === "done") return null;
    if (written?.result === "failed") return written.because;
    if (performance.now() > until) return say("receiver-unclear", { node: deed.target });
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return null;
}

async function lookForReceiver(
  context: DeedContext,
  target: string,
  before: readonly string[],
): Promise<string | null> {
  const known = context.store().addressOn(target);
  if (known !== null) return known;
  const seen = await context.store().watchers();
  return seen.ok ? newcomer(seen.value, before) : null;
}

async function recordReceiver(context: DeedContext, deed: Args<"migrate">, address: string): Promise<Outcome> {
  const session = context.session();
  if (session === null) return failed(say("no-own-session"));
  const at = context.wallClock().toISOString();
  const { epoch, target: node, operation } = deed;
  const record = withReceiver(context.receiver(), { epoch, node, operation, address, at });
  return transact(context, receiverTransaction(record, session, context.epochIndex()));
}

/** Of the copy that an earlier zshad began; one that was never let go creeps for ever and is given up. */
export function isCopyAdmitted(context: DeedContext): boolean {
  return isAdmitted(context.receiver(), context.owner()?.epoch ?? 0, context.operation().record?.id ?? null);
}

export async function handOver(context: DeedContext, deed: Args<"hand-over">): Promise<Outcome> {
  const session = context.session();
  const owner = context.owner();
  const operation = context.operation().record;
  if (session === null || owner === null || operation === null) return failed(say("hand-over-incomplete"));
  const clientAddress = receiversOf(context.receiver(), owner.epoch).at(-1) ?? null;
  const at = context.wallClock().toISOString();
  const epoch = deed.epoch + 1;
  const record: OwnerRecord = {
    ...owner,
    node: deed.target,
    epoch,
    phase: "running",
    clientAddress,
    at,
  };
  // A request that replaced this one while the copy ran was not what happened.
  const finished: OperationRecord =
    operation.id === deed.operation
      ? { ...operation, phase: "done", percent: 100, at }
      : { ...operation, phase: "failed", error: `an earlier migration moved the VM to ${deed.target}`, at };
  const verbs = handOverTransaction({
    record,
    session,
    targetSession: deed.targetSession,
    epochIndex: deed.epochIndex,
    operation: finished,
  });
  const result = await transact(context, verbs);
  return result.result === "done" ? { result: "done", epoch } : result;
}
