import type { MemoryNode } from "@/testing/conformance/memory-world";

export interface ScriptedPool {
  size: number;
  minSize: number;
  pgNum: number;
  applications: string[];
}
export interface ScriptedImage {
  bytes: number;
  features: string[];
  /** Digest of the file whose bytes it holds; null: never written. */
  content: string | null;
  meta: Map<string, string>;
}

/** What the monitors of one Ceph agree on. */
export class CephCluster {
  readonly fsid: string;
  readonly keys = new Map<string, string>();
  /** Index = OSD id; null: free again. */
  readonly osds: ({ uuid: string; isUp: boolean } | null)[] = [];
  readonly pools = new Map<string, ScriptedPool>();
  readonly images = new Map<string, ScriptedImage>();

  constructor(fsid: string, keys: Iterable<readonly [string, string]>) {
    this.fsid = fsid;
    for (const [name, key] of keys) this.keys.set(name, key);
  }
}

export const keysIn = (keyring: string): [string, string][] =>
  [...keyring.matchAll(/\[(.+?)\]\s+key = (\S+)/g)].map(([, name = "", key = ""]) => [name, key]);
export const keyringOf = (keys: Iterable<readonly [string, string]>): string =>
  [...keys].map(([name, key]) => `[${name}]\n\tkey = ${key}\n`).join("");

/** A monitor's store as `ceph-mon --mkfs` leaves it. */
export interface MonitorStore {
  fsid: string;
  mons: string[];
  keys: [string, string][];
}
export const monitorStoreFile = (node: string): string => `/var/lib/ceph/mon/ceph-${node}/kv_backend`;
export const unitKey = (unit: string): string => `unit ${unit.replace(/\.service$/, "")}`;

/** The monitors that run with the same store and are the majority of their map; null without a quorum. */
export function quorumOf(nodes: Iterable<MemoryNode>): { names: string[]; store: MonitorStore } | null {
  const alike = new Map<string, string[]>();
  for (const node of nodes) {
    const store = node.files.get(monitorStoreFile(node.name));
    if (store === undefined || !node.state.has(unitKey(`ceph-mon@${node.name}`))) continue;
    alike.set(store, [...(alike.get(store) ?? []), node.name]);
  }
  for (const [text, names] of alike) {
    const store = JSON.parse(text) as MonitorStore;
    if (names.length > store.mons.length / 2) return { names, store };
  }
  return null;
}
