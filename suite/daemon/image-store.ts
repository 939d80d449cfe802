import { networkInterfaces } from "node:os";
import { type HaConfig, managementVmImageName } from "@/contract/ha-config";
import { cephUserName } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import type { RunCommand } from "@/suite/ceph/ceph-cli";
import { CephCli } from "@/suite/ceph/ceph-cli";
import type { CephSession, SessionSetup } from "@/suite/ceph/ceph-session";
import type { FenceOrder } from "@/suite/ceph/fence";
import { fenceImage, ownAddress } from "@/suite/ceph/fence";
import { WarmCeph } from "@/suite/ceph/warm-ceph";
import { fileStore } from "@/suite/daemon/file-store";
import type { FolderLock } from "@/suite/image-lock/folder-lock";

export type StoreResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly because: Sentence };

/** Where the image lies and who may write it: the arbiter of every start. */
export interface ImageStore {
  fence(order: FenceOrder): Promise<StoreResult<string[]>>;
  lift(address: string): Promise<StoreResult<null>>;
  blocklisted(): Promise<StoreResult<string[]>>;
  /** Address of the QEMU running here; null when it cannot be told yet. */
  ownAddress(not: readonly string[]): Promise<StoreResult<string | null>>;
  /** Of whatever QEMU runs on that node, where it is known beforehand; null: only the running QEMU tells. */
  addressOn(node: string): string | null;
  watchers(): Promise<StoreResult<string[]>>;
  canary(): Promise<StoreResult<null>>;
  /** Why taking the lock now would be in vain, as the image itself tells without it. Null: nothing known against it. */
  busy(lastOwner: string | null): Promise<Sentence | null>;
  /** Proven now, by this store itself: that node sees the same image, with the same locks. */
  sharesWith(node: string): Promise<boolean>;
  /** Why the image cannot be used from here. Empty when it can. */
  obstacles(): Promise<Sentence[]>;
}

export interface StoreParts {
  readonly node: string;
  readonly cephUser: string | null;
  readonly run: RunCommand;
  /** The open connection for this pool and image. */
  readonly session: (setup: SessionSetup) => CephSession;
  /** Of the folder, where the image lies in one. */
  readonly lock: FolderLock;
}

export function imageStore(config: HaConfig, parts: StoreParts): ImageStore {
  if (config.Type === "FileConf") return fileStore(config, parts.node, parts.lock);
  const user = parts.cephUser ?? "admin";
  const cli = new CephCli(parts.run, user, config.PoolName, managementVmImageName);
  const setup = { user: cephUserName(user), pool: config.PoolName, image: managementVmImageName };
  return cephStore(cli, new WarmCeph(cli, parts.session(setup)), parts.node);
}

export function localIps(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((entry) => entry.address)));
}

function cephStore(ceph: CephCli, warm: WarmCeph, node: string): ImageStore {
  return {
    fence: (order) => fenceImage(warm, order),
    lift: (address) => ceph.lift(address),
    blocklisted: () => warm.blocklist(),
    async watchers() {
      const openers = await warm.openers();
      return openers.ok ? { ok: true, value: openers.value.watchers } : openers;
    },
    canary: () => warm.canary(node, `${node} ${Date.now()}\n`),
    // Ceph shuts out whoever has it open: nobody is waited for.
    addressOn: () => null,
    busy: () => Promise.resolve(null),
    sharesWith: () => Promise.resolve(false),
    async ownAddress(not) {
      const openers = await warm.openers();
      if (!openers.ok) return openers;
      return { ok: true, value: ownAddress(openers.value.watchers, openers.value.holders, localIps(), not) };
    },
    async obstacles() {
      const info = await ceph.imageInfo();
      if (!info.ok) return [say("image-unreadable", { image: `${ceph.pool}/${ceph.image}`, said: info.because })];
      // Without it a fenced or frozen second QEMU would write beside the first, silently.
      return info.value.features.includes("exclusive-lock")
        ? []
        : [say("image-lock-off-on", { image: `${ceph.pool}/${ceph.image}` })];
    },
  };
}
