import type { World } from "@/suite/core/simulation/world";

/**
 * What must be true of a healed world that has settled, read from the world itself: nothing is left over. Empty when
 * it is so.
 */
export function audit(world: World): string[] {
  const { kv } = world.consul;
  const problems: string[] = [];
  const [qemu, ...others] = world.alive;
  const { record, session } = kv.owner;
  if (kv.intent.record?.want === "started") {
    if (qemu === undefined || qemu.state !== "running" || qemu.refused) problems.push("I6: no VM runs");
    if (session === null) problems.push("the lock is free");
    else if (record?.node !== qemu?.node) problems.push(`the lock is ${record?.node}'s, the VM runs on ${qemu?.node}`);
    if (qemu !== undefined && record?.epoch !== qemu.epoch)
      problems.push(`lock has epoch ${record?.epoch}, VM ${qemu.epoch}`);
    if (qemu !== undefined && record?.clientAddress !== qemu.address)
      problems.push(`the address on record is ${record?.clientAddress}, the VM's is ${qemu.address}`);
  } else {
    if (qemu !== undefined) problems.push(`${qemu.address} runs although the intent is not started`);
    if (session !== null) problems.push(`the lock is held by ${session} without a VM`);
    if (record !== null && record.clientAddress !== null && record.phase !== "stopping")
      problems.push(`the released lock still says ${record.phase}`);
  }
  for (const name of world.names) {
    const { at } = world.node(name).state.phase;
    if (at !== "standby" && name !== qemu?.node) problems.push(`${name} is still ${at}`);
  }
  if (others.length > 0) problems.push(`orphans: ${others.map((other) => other.address).join(", ")}`);
  const foreign = world.image.watchers().filter((address) => address !== qemu?.address);
  if (foreign.length > 0) problems.push(`foreign watchers: ${foreign.join(", ")}`);
  const blocked = world.image.blocklistEntries();
  if (blocked.length > 0) problems.push(`fences nobody lifts: ${blocked.join(", ")}`);
  const unfinished =
    kv.intent.record?.want !== "started"
      ? []
      : kv.fences.filter((fence) => fence.state === "fencing" && fence.epoch >= (record?.epoch ?? 0));
  if (unfinished.length > 0)
    problems.push(`unfinished fences of epoch ${unfinished.map((fence) => fence.epoch).join(", ")}`);
  const operation = kv.operation.record;
  if (operation !== null && operation.phase !== "done" && operation.phase !== "failed")
    problems.push(`the migration of ${operation.source} is still ${operation.phase}`);
  return problems;
}
