import { consulKeys, intentRecordSchema, type OwnerRecord, ownerRecordSchema } from "@/contract/consul-keys";
import { type HaConfig, haConfigSchema } from "@/contract/ha-config";
import { say, type Sentence } from "@/contract/sentence";
import type { Outcome, TaskArguments } from "@/suite/core/deed";
import { reclaimTransaction } from "@/suite/consul/transactions";
import type { ConsulClient, KvEntry } from "@/suite/consul/consul-client";
import type { DeedContext } from "@/suite/daemon/deed-context";
import type { ImageStore } from "@/suite/daemon/image-store";
import type { Machine } from "@/suite/daemon/machine";

/** A watch is registered while QEMU opens the image; on storage that just lost an OSD the listing needs a few tries. */
const addressTries = 5;
const addressPauseMs = 300;

/** What a start needs of the daemon. */
export interface StartContext extends Pick<DeedContext, "config" | "session" | "checkLease" | "wallClock"> {
  readonly consul: Pick<ConsulClient, "read" | "transact">;
  readonly machine: Pick<Machine, "createPaused" | "resume" | "destroy">;
  readonly store: () => Pick<ImageStore, "ownAddress">;
}

interface Ownership {
  readonly kind: "ours";
  readonly record: OwnerRecord;
  readonly session: string;
  readonly epochIndex: number;
  /** As it is now, which may be newer than this node's last reading. Null: nobody could understand it. */
  readonly config: { readonly value: HaConfig; readonly version: number } | null;
}

interface Lost {
  readonly kind: "lost";
  readonly because: Sentence;
}
const lost = (because: Sentence): Lost => ({ kind: "lost", because });

/**
 * QEMU opens the image with its vCPUs stopped; its storage address goes into the owner record by a transaction that proves lock and
 * epoch; only then it runs. libvirt may take any time to open the image: however late that is, a QEMU whose address is not on record
 * never runs, and one whose address is on record is fenced by the next owner before it starts its own.
 */
export async function startVm(context: StartContext, deed: TaskArguments["create"]): Promise<Outcome> {
  const before = await ownership(context, deed.epoch);
  if (before.kind === "lost") return { result: "failed", because: before.because, refused: true };
  const { value, version } = before.config ?? context.config();
  const mark = { epoch: deed.epoch, startId: deed.startId, configVersion: version };
  const created = await context.machine.createPaused(value, mark);
  if (created.result === "failed") {
    // The hook refuses what has lost its permit, and that is no fault of VM and host.
    const now = await ownership(context, deed.epoch);
    return now.kind === "lost" ? { ...created, refused: true } : created;
  }
  if (created.result !== "done") return created;
  const found = await ownAddress(context, deed.not);
  if (found.address === null) return takeBack(context, found.because, false);
  const { address } = found;
  const refused = await record(context, deed.epoch, address, version);
  if (refused !== null) return takeBack(context, refused, true);
  const resumed = await context.machine.resume();
  return resumed.result === "done"
    ? { result: "done", address }
    : { result: "unknown", because: say("qemu-may-be-stopped", { why: resumed.because }) };
}

async function record(
  context: StartContext,
  epoch: number,
  address: string,
  version: number,
): Promise<Sentence | null> {
  const now = await ownership(context, epoch);
  if (now.kind === "lost") return now.because;
  // A slow start may take a minute; the operator who changed the configuration meanwhile expects this start to have it.
  if (now.config !== null && now.config.version !== version) return say("config-overtook-start");
  const at = context.wallClock().toISOString();
  const line: OwnerRecord = { ...now.record, phase: "starting", clientAddress: address, at };
  const written = await context.consul.transact(reclaimTransaction(line, now.session, now.epochIndex));
  if (written.kind === "done") return null;
  if (written.kind === "refused") context.checkLease();
  return say("address-unrecorded", { why: written.because });
}

/** Lock, epoch and intent, read through the leader. `lost` when the start has no ground any more. */
async function ownership(context: StartContext, epoch: number): Promise<Ownership | Lost> {
  const session = context.session();
  const read = await context.consul.read("zsha/");
  if (read.kind === "unknown") return lost(say("lock-unread", { why: read.because }));
  const entry = (key: string): KvEntry | undefined => read.entries.find((candidate) => candidate.key === key);
  const owner = entry(consulKeys.owner);
  if (owner === undefined || session === null || owner.session !== session) return lost(say("lock-not-held"));
  const current = entry(consulKeys.epoch);
  if (Number(current?.value) !== epoch) return lost(say("epoch-overtaken", { epoch: current?.value ?? "0" }));
  const intent = intentRecordSchema.safeParse(jsonOf(entry(consulKeys.intent)?.value));
  if (!intent.success || intent.data.want !== "started") return lost(say("intent-not-started"));
  const line = ownerRecordSchema.safeParse(jsonOf(owner.value));
  if (!line.success || line.data.epoch !== epoch) return lost(say("lock-moved"));
  const stored = entry(consulKeys.config);
  const config = haConfigSchema.safeParse(jsonOf(stored?.value));
  return {
    kind: "ours",
    record: line.data,
    session,
    epochIndex: current?.modifyIndex ?? 0,
    config: stored !== undefined && config.success ? { value: config.data, version: stored.modifyIndex } : null,
  };
}

async function ownAddress(
  context: StartContext,
  not: readonly string[],
): Promise<{ address: string } | { address: null; because: Sentence }> {
  let because: Sentence = "";
  for (let left = addressTries; left > 0; left -= 1) {
    const found = await context.store().ownAddress(not);
    if (found.ok && found.value !== null) return { address: found.value };
    because = found.ok ? say("client-unclear") : found.because;
    await new Promise((resolve) => setTimeout(resolve, addressPauseMs));
  }
  return { address: null, because };
}

/** A QEMU that was never let run. */
async function takeBack(context: StartContext, because: Sentence, refused: boolean): Promise<Outcome> {
  const destroyed = await context.machine.destroy();
  return destroyed.result === "done"
    ? { result: "failed", because, refused }
    : { result: "unknown", because: say("qemu-not-destroyed", { why: because, left: destroyed.because }) };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
