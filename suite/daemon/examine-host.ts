import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import type { HaConfig } from "@/contract/ha-config";
import { say, type Sentence } from "@/contract/sentence";
import type { ImageStore } from "@/suite/daemon/image-store";
import { exists } from "@/suite/system/files";

const gibibyte = 1024 ** 3;

/** Why the management VM could not start on this host. */
export async function examineHost(config: HaConfig, store: ImageStore): Promise<Sentence[]> {
  const reasons: Sentence[] = [];
  for (const bridge of new Set(config.Network.map((network) => network.Bridge))) {
    if (!(await exists(`/sys/class/net/${bridge}/bridge`))) reasons.push(say("bridge-missing", { bridge }));
  }
  if (totalmem() < config.MemorySizeInGB * gibibyte) {
    reasons.push(say("host-memory-small", { found: Math.floor(totalmem() / gibibyte), wanted: config.MemorySizeInGB }));
  }
  return [...reasons, ...(await store.obstacles())];
}

/** /dev/kvm also exists where the processor cannot run a guest: only both together mean that KVM works. */
export async function virtType(): Promise<"kvm" | "qemu"> {
  if (!(await exists("/dev/kvm"))) return "qemu";
  return /^flags\s*:.*\b(vmx|svm)\b/m.test(await readFile("/proc/cpuinfo", "utf8")) ? "kvm" : "qemu";
}
