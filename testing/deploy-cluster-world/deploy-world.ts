import type { DeploymentInput } from "@/contract/deployment-input";
import { clusterSecretRef, type ClusterSecrets } from "@/contract/cluster-secrets";
import { type HaConfig, managementVmImageName } from "@/contract/ha-config";
import { suitePaths } from "@/contract/node-setup";
import type { RemoteHosts } from "@/server/ports/remote-host";
import { type MemoryNode, MemoryWorld, type ScriptedAnswer } from "@/testing/conformance/memory-world";
import type { ConformanceWorld } from "@/testing/conformance/rig";
import { CephCluster, quorumOf } from "@/testing/deploy-cluster-world/ceph-cluster";
import { authtool, cephMon, cephOsd, monmaptool } from "@/testing/deploy-cluster-world/ceph-daemons";
import { cephProgram } from "@/testing/deploy-cluster-world/ceph-program";
import { qemuImg, rbd } from "@/testing/deploy-cluster-world/image-programs";
import { guardSays, netRollback, pendingFile } from "@/testing/deploy-cluster-world/network-programs";
import { nodePrograms } from "@/testing/deploy-cluster-world/node-programs";
import { worldSnapshot } from "@/testing/deploy-cluster-world/snapshot";
import { zsha } from "@/testing/deploy-cluster-world/suite-program";

/** Quick and total: what is wrong is an answer. */
export type Program = (
  world: DeployWorld,
  node: MemoryNode,
  argv: readonly string[],
  stdin: string | null,
) => ScriptedAnswer;

const programs: Readonly<Record<string, Program>> = {
  ...nodePrograms,
  ceph: cephProgram,
  "ceph-authtool": authtool,
  monmaptool,
  "ceph-mon": cephMon,
  "ceph-osd": cephOsd,
  rbd,
  "qemu-img": qemuImg,
  [suitePaths.executable]: zsha,
};

const clusterSecrets: ClusterSecrets = {
  gossipKey: "gossip",
  managementToken: "management",
  suiteToken: "suite",
  peerPrivateKey: "private",
  peerPublicKey: "public",
};

/** Servers, their Ceph, their Consul and the platform on them, as far as a deployment can tell. One is a few kilobytes. */
export class DeployWorld implements ConformanceWorld {
  readonly input: DeploymentInput;
  readonly memory: MemoryWorld;
  /** Lives in Consul on the nodes; read it through `consulData`. */
  consul: { config: HaConfig; version: number; wantsVm: boolean } | null = null;
  readonly platformSettings = new Map<string, string>();
  readonly imageDigest = "ab".repeat(32);
  readonly imageName: string;
  #ceph: CephCluster | null;
  #made = 0;

  /** `more`: programs a procedure needs beside a deployment's; they are asked first. */
  constructor(input: DeploymentInput, ceph: CephCluster | null = null, more: Readonly<Record<string, Program>> = {}) {
    this.input = input;
    this.imageName = `${input.storage.pool}/${managementVmImageName}`;
    this.#ceph = ceph;
    this.memory = new MemoryWorld(
      input.nodes.map(({ name }) => name),
      (node, argv, stdin) =>
        (more[argv[0] ?? ""] ?? programs[argv[0] ?? ""])?.(this, node, argv, stdin) ?? {
          code: 127,
          stderr: `${argv[0]}: not found\n`,
        },
      (node, socket, line) => guardSays(this, node, socket, line),
    );
  }

  get hosts(): RemoteHosts {
    return this.memory;
  }

  readonly openSecret = async (ref: string): Promise<string> =>
    ref === clusterSecretRef("c1") ? JSON.stringify(clusterSecrets) : `secret-of-${ref}`;

  /** The Ceph that serves now: one that was there before, or the one whose monitors form a quorum. */
  ceph(): CephCluster | null {
    if (this.input.storage.mode === "existing") return this.#ceph;
    const quorum = quorumOf(this.memory.nodes.values());
    if (quorum === null) return null;
    const { fsid, keys } = quorum.store;
    if (this.#ceph?.fsid !== fsid) this.#ceph = new CephCluster(fsid, keys);
    return this.#ceph;
  }

  /** Different each time, and told apart from any other text by the snapshot. */
  newKey(name: string): string {
    this.#made += 1;
    return `key-of-${name}#${this.#made}`;
  }

  newUuid(): string {
    this.#made += 1;
    return `0f51d000-0000-4000-8000-${String(this.#made).padStart(12, "0")}`;
  }

  stablePath(node: MemoryNode, path: string): string {
    const disk = this.input.disks.find((entry) => entry.node === node.name && entry.path === path);
    return disk === undefined ? "" : `/dev/disk/by-id/scsi-${disk.serial}`;
  }

  /** Kernel name of a disk given by its stable link. */
  diskAt(node: MemoryNode, stable: string): string | null {
    return this.input.disks.find((disk) => disk.node === node.name && stable.endsWith(`-${disk.serial}`))?.path ?? null;
  }

  /** Two minutes without a word from the panel: the nodes decide to take their old networks back. */
  rollbackTimersFire(): void {
    for (const node of this.memory.nodes.values()) netRollback(this, node);
  }

  hasUndecidedNetworks(): boolean {
    return [...this.memory.nodes.values()].some((node) => node.files.has(pendingFile));
  }

  snapshot(): unknown {
    return worldSnapshot(this, this.ceph());
  }
}
