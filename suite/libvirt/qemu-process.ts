import { readdir, readFile } from "node:fs/promises";
import { managementVmDomainName as domainName } from "@/contract/ha-config";
import type { DomainSeen } from "@/suite/core/seen";
import { readTextIfThere } from "@/suite/system/files";

/** QEMU processes of the management VM on this node, from the process table: true whatever libvirtd says or does not say. */
export async function qemuProcesses(root = "/proc"): Promise<number[]> {
  const pids: number[] = [];
  for (const name of await readdir(root)) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const argv = (await readFile(`${root}/${name}/cmdline`, "utf8")).split("\0");
      const isQemu = /(^|\/)(qemu-system-[a-z0-9_]+|qemu-kvm)$/.test(argv[0] ?? "");
      if (isQemu && argv.some((word) => word === `guest=${domainName}` || word.startsWith(`guest=${domainName},`))) {
        pids.push(Number(name));
      }
    } catch {
      // Ended between the listing and the look.
    }
  }
  return pids;
}

/** How the last QEMU ended, from its own log: libvirt forgets a transient domain with its end. */
export async function lastEnd(path = `/var/log/libvirt/qemu/${domainName}.log`): Promise<DomainSeen["reason"]> {
  const log = await readTextIfThere(path);
  return log === null ? "other" : parseLastEnd(log);
}

export function parseLastEnd(log: string): DomainSeen["reason"] {
  const lines = log.split("\n");
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? "";
    const reason = /shutting down, reason=(\w+)/.exec(line)?.[1];
    if (reason === "shutdown" || reason === "crashed" || reason === "failed" || reason === "destroyed") return reason;
    if (reason === "migrated") return "migrated";
    // A newer start without an end yet: that QEMU was killed before libvirt could write.
    if (/starting up libvirt version/.test(line)) return "failed";
  }
  return "other";
}
