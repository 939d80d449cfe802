import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
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
import { fileImagePath } from "@/suite/libvirt/domain-xml";

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
  watchers(): Promise<StoreResult<string[]>>;
  canary(): Promise<StoreResult<null>>;
  /** Why the image cannot be used from here. Empty when it can. */
  obstacles(): Promise<Sentence[]>;
}

export interface StoreParts {
  readonly node: string;
  readonly cephUser: string | null;
  readonly run: RunCommand;
  /** The open connection for this pool and image. */
  readonly session: (setup: SessionSetup) => CephSession;
}

export function imageStore(config: HaConfig, parts: StoreParts): ImageStore {
  if (config.Type === "FileConf") return fileStore(config, parts.node);
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

/**
 * A shared folder knows no fence: a QEMU on another node cannot be shut out from here. So only starts that need none are
 * made: after an orderly stop, or after a QEMU of this very node, which its process table proves gone.
 */
function fileStore(config: HaConfig, node: string): ImageStore {
  const image = fileImagePath(config);
  const canaryPath = `${config.ImageFolder.replace(/\/+$/, "")}/.zsha.canary.${node}`;
  const done = { ok: true, value: null } as const;
  const failed = (because: Sentence) => ({ ok: false, because }) as const;
  return {
    fence(order) {
      const foreign = order.first.filter((address) => address !== order.spare && address !== `file:${node}`);
      if (foreign.length === 0) return Promise.resolve({ ok: true, value: [...order.first] });
      const who = foreign.map((address) => address.replace(/^file:/, "")).join(", ");
      return Promise.resolve(failed(say("fence-folder", { nodes: who, image })));
    },
    lift: () => Promise.resolve(done),
    blocklisted: () => Promise.resolve({ ok: true, value: [] }),
    ownAddress: () => Promise.resolve({ ok: true, value: `file:${node}` }),
    watchers: () => Promise.resolve({ ok: true, value: [] }),
    async canary() {
      try {
        const text = String(Date.now());
        await mkdir(config.ImageFolder, { recursive: true });
        await writeFile(canaryPath, text);
        return (await readFile(canaryPath, "utf8")) === text ? done : failed(say("canary-differs"));
      } catch (error) {
        return failed(error instanceof Error ? error.message : String(error));
      }
    },
    async obstacles() {
      try {
        return (await stat(image)).isFile() ? [] : [say("image-no-file", { path: image })];
      } catch {
        return [say("image-absent", { image })];
      }
    },
  };
}
