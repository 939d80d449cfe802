// After every fault, when all is healed: does the cluster look as if nothing had happened? Read on the machines; what the
// suite says of itself is only compared.
import { managementVmDomainName } from "@/contract/ha-config";
import { ownerRecordSchema } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";
import type { Scene } from "@/testing/faults/scene";

/** Entries of the suite are lifted by their own node 120 s after the QEMU is gone, and it looks every 30 s; a storage that recovers is slower. */
export const settleMs = 240_000;

/**
 * A fence may only be lifted two minutes after its QEMU is gone, every further fault lets that time begin anew. `may-wait` leaves that
 * to one look at the end of a series, which demands `lifted`.
 */
export type FenceDemand = "lifted" | "may-wait";
const waitingAlarm = "blocklist-waiting";

/** `zsha status` gives Ceph five seconds, which is little for a lab on two busy cores; the witness reads Ceph itself. */
const seenByWitness = "ceph-unreachable";

/**
 * One sentence per thing that is not as it should be; empty when all is well. Cheapest first and no further than the first that is
 * amiss: one `zsha status` costs seconds of processor time, which the guest that is waited for needs more.
 */
export async function auditCluster(scene: Scene, fences: FenceDemand): Promise<string[]> {
  const machine = await auditMachine(scene, fences);
  if (machine.length > 0) return machine;
  const records = await auditRecords(scene);
  return records.length > 0 ? records : auditStatuses(scene, fences);
}

async function auditMachine(scene: Scene, fences: FenceDemand): Promise<string[]> {
  const problems: string[] = [];
  const alive = scene.witness.alive();
  if (alive.length !== 1) problems.push(`${alive.length} QEMUs exist: ${alive.map(({ node }) => node).join(", ")}`);
  const look = await scene.witness.storage.look(false);
  const address = alive[0]?.address ?? null;
  if (look.watchers.length !== 1)
    problems.push(`the image has ${look.watchers.length} watchers: ${look.watchers.join(", ")}`);
  if (address !== null && !look.watchers.includes(address))
    problems.push(`the running QEMU ${address} does not watch the image`);
  if (look.lockers.join() !== look.watchers.join())
    problems.push(
      `the image's lock is held by ${look.lockers.join(", ") || "nobody"}, its watcher is ${look.watchers.join(", ")}`,
    );
  if (address !== null && look.blocked.includes(address)) problems.push(`the running QEMU ${address} is fenced`);
  if (fences === "lifted" && look.blocked.length > 0) problems.push(`still fenced: ${look.blocked.join(", ")}`);
  for (const node of scene.nodes) {
    const list = await scene.on(node, ["virsh", "--quiet", "list", "--all", "--name"]);
    const count = list.split("\n").filter((line) => line.trim() === managementVmDomainName).length;
    const wanted = alive.filter((life) => life.node === node).length;
    if (count !== wanted) problems.push(`libvirt on ${node} knows ${count} domains, ${wanted} QEMUs run there`);
  }
  return problems;
}

async function auditStatuses(scene: Scene, fences: FenceDemand): Promise<string[]> {
  const legal: ReadonlySet<string> = new Set([seenByWitness, ...(fences === "may-wait" ? [waitingAlarm] : [])]);
  const said = new Set<string>();
  for (const node of scene.nodes) {
    const status = await scene.status(node);
    const problems = problemsOf(status, node, legal);
    if (problems.length > 0) return problems;
    said.add(`${status.managementVm.node} epoch ${status.managementVm.epoch}`);
    scene.history = status.history;
  }
  return said.size > 1 ? [`the nodes disagree: ${[...said].join(" | ")}`] : [];
}

function problemsOf(status: HaStatus, node: string, legal: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  if (status.managementVm.state !== "running") problems.push(`${node} calls the VM ${status.managementVm.state}`);
  const missing = status.services.filter((service) => service.state !== "running").map((service) => service.node);
  if (missing.length > 0) problems.push(`${node} says zshad does not run on ${missing.join(", ")}`);
  const alarms = status.alarms.map(({ code }) => code).filter((code) => !legal.has(code));
  if (alarms.length > 0) problems.push(`${node} raises ${alarms.join(", ")}`);
  const { operation } = status;
  if (operation !== null && operation.phase !== "done" && operation.phase !== "failed")
    problems.push(`a ${operation.kind} is still ${operation.phase}`);
  return problems;
}

async function auditRecords(scene: Scene): Promise<string[]> {
  const problems: string[] = [];
  const owner = ownerRecordSchema.parse(await scene.consulKey(scene.owner, "zsha/owner"));
  const epoch = await scene.consulKey(scene.owner, "zsha/epoch");
  const [life] = scene.witness.alive();
  if (life !== undefined && owner.node !== life.node)
    problems.push(`zsha/owner names ${owner.node}, QEMU runs on ${life.node}`);
  if (life?.address && owner.clientAddress !== life.address)
    problems.push(`zsha/owner names client ${owner.clientAddress}, QEMU is ${life.address}`);
  if (owner.phase !== "running") problems.push(`zsha/owner is in phase ${owner.phase}`);
  if (Number(epoch) !== owner.epoch) problems.push(`zsha/epoch is ${String(epoch)}, the owner's is ${owner.epoch}`);
  return problems;
}

const countErrors = async (scene: Scene, node: string): Promise<number> =>
  Number((await scene.shell(node, "grep -c 'ends on an error of its own' /var/log/z/zshad.log || true")).trim());

/** An error nobody caught ends the daemon, which says so in its log. Counted before a fault, compared after it. */
export async function countDaemonErrors(scene: Scene): Promise<void> {
  for (const node of scene.nodes) scene.noted.set(`errors ${node}`, String(await countErrors(scene, node)));
}

export async function newDaemonErrors(scene: Scene): Promise<string[]> {
  const problems: string[] = [];
  for (const node of scene.nodes) {
    const more = (await countErrors(scene, node)) - Number(scene.noted.get(`errors ${node}`) ?? "0");
    if (more > 0) problems.push(`zshad on ${node} ended ${more} times on an error of its own`);
  }
  return problems;
}
