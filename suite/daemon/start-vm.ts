import { consulKeys, intentRecordSchema, type OwnerRecord, ownerRecordSchema } from "@/contract/consul-keys";
import { type HaConfig, haConfigSchema } from "@/contract/ha-config";
import type { Outcome, TaskArguments } from "@/suite/core/deed";
import { reclaimTransaction } from "@/suite/consul/transactions";
import type { ConsulClient, KvEntry } from "@/suite/consul/consul-client";
import type { DeedContext } from "@/suite/daemon/deeds";
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
  readonly record: OwnerRecord;
  readonly session: string;
  readonly epochIndex: number;
  /** As it is now, which may be newer than this node's last reading. Null: nobody could understand it. */
  readonly config: { readonly value: HaConfig; readonly version: number } | null;
}

/**
 * QEMU opens the image with its vCPUs stopped; its storage address goes into the owner record by a transaction that proves lock and
 * epoch; only then it runs. libvirt may take any time to open the image: however late that is, a QEMU whose address is not on record
 * never runs, and one whose address is on record is fenced by the next owner before it starts its own.
 */
export async function startVm(context: StartContext, deed: TaskArguments["create"]): Promise<Outcome> {
  const before = await ownership(context, deed.epoch);
  if (typeof before === "string") return { result: "failed", because: before };
  const { value, version } = before.config ?? context.config();
  const mark = { epoch: deed.epoch, startId: deed.startId, configVersion: version };
  const created = await context.machine.createPaused(value, mark);
  if (created.result !== "done") return created;
  const address = await ownAddress(context, deed.not);
  if (address === null) return takeBack(context, "QEMU's storage client cannot be told apart from others");
  const refused = await record(context, deed.epoch, address, version);
  if (refused !== null) return takeBack(context, refused);
  const resumed = await context.machine.resume();
  return resumed.result === "done"
    ? { result: "done", address }
    : { result: "unknown", because: `QEMU is there but its vCPUs may be stopped: ${resumed.because}` };
}

async function record(context: StartContext, epoch: number, address: string, version: number): Promise<string | null> {
  const now = await ownership(context, epoch);
  if (typeof now === "string") return now;
  // A slow start may take a minute; the operator who changed the configuration meanwhile expects this start to have it.
  if (now.config !== null && now.config.version !== version) return "the configuration changed while QEMU started";
  const at = context.wallClock().toISOString();
  const line: OwnerRecord = { ...now.record, phase: "starting", clientAddress: address, at };
  const written = await context.consul.transact(reclaimTransaction(line, now.session, now.epochIndex));
  if (written.kind === "done") return null;
  if (written.kind === "refused") context.checkLease();
  return `its storage address could not be recorded under the lock: ${written.because}`;
}

/** Lock, epoch and intent, read through the leader. A sentence when the start has no ground any more. */
async function ownership(context: StartContext, epoch: number): Promise<Ownership | string> {
  const session = context.session();
  const read = await context.consul.read("zsha/");
  if (read.kind === "unknown") return `the lock cannot be read: ${read.because}`;
  const entry = (key: string): KvEntry | undefined => read.entries.find((candidate) => candidate.key === key);
  const owner = entry(consulKeys.owner);
  if (owner === undefined || session === null || owner.session !== session)
    return "the lock is no longer held by this node";
  const current = entry(consulKeys.epoch);
  if (Number(current?.value) !== epoch) return `epoch ${current?.value ?? "0"} is the newest`;
  const intent = intentRecordSchema.safeParse(jsonOf(entry(consulKeys.intent)?.value));
  if (!intent.success || intent.data.want !== "started") return "the intent is no longer started";
  const line = ownerRecordSchema.safeParse(jsonOf(owner.value));
  if (!line.success || line.data.epoch !== epoch) return "the owner record is not this start's";
  const stored = entry(consulKeys.config);
  const config = haConfigSchema.safeParse(jsonOf(stored?.value));
  return {
    record: line.data,
    session,
    epochIndex: current?.modifyIndex ?? 0,
    config: stored !== undefined && config.success ? { value: config.data, version: stored.modifyIndex } : null,
  };
}

async function ownAddress(context: StartContext, not: readonly string[]): Promise<string | null> {
  for (let left = addressTries; left > 0; left -= 1) {
    const found = await context.store().ownAddress(not);
    if (found.ok && found.value !== null) return found.value;
    await new Promise((resolve) => setTimeout(resolve, addressPauseMs));
  }
  return null;
}

/** A QEMU that was never let run. */
async function takeBack(context: StartContext, because: string): Promise<Outcome> {
  const destroyed = await context.machine.destroy();
  return destroyed.result === "done"
    ? { result: "failed", because }
    : { result: "unknown", because: `${because}; QEMU is not destroyed yet: ${destroyed.because}` };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
