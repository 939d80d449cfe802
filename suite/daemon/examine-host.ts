import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import type { HaConfig } from "@/contract/ha-config";
import type { ImageStore } from "@/suite/daemon/image-store";
import { exists } from "@/suite/system/files";

const gibibyte = 1024 ** 3;

/** Why the management VM could not start on this host. */
export async function examineHost(config: HaConfig, store: ImageStore): Promise<string[]> {
  const reasons: string[] = [];
  for (const bridge of new Set(config.Network.map((network) => network.Bridge))) {
    if (!(await exists(`/sys/class/net/${bridge}/bridge`))) reasons.push(`bridge ${bridge} is missing`);
  }
  if (totalmem() < config.MemorySizeInGB * gibibyte) {
    reasons.push(`${Math.floor(totalmem() / gibibyte)} GiB of memory are less than the VM's ${config.MemorySizeInGB}`);
  }
  return [...reasons, ...(await store.obstacles())];
}

/** /dev/kvm also exists where the processor cannot run a guest: only both together mean that KVM works. */
export async function virtType(): Promise<"kvm" | "qemu"> {
  if (!(await exists("/dev/kvm"))) return "qemu";
  return /^flags\s*:.*\b(vmx|svm)\b/m.test(await readFile("/proc/cpuinfo", "utf8")) ? "kvm" : "qemu";
}
