import { osdUuid } from "@/server/steps/deployment/ceph-layout";
import type { CephCluster } from "@/testing/deploy-cluster-world/ceph-cluster";
import type { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";
import { consulData, vmNode } from "@/testing/deploy-cluster-world/suite-program";

const sorted = (entries: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/**
 * What an operator would find, without what may differ between two good runs: key material, the cluster's UUID, and which disk
 * got which OSD number.
 */
export function worldSnapshot(world: DeployWorld, ceph: CephCluster | null): unknown {
  const names = new Map<string, string>();
  ceph?.osds.forEach((osd, id) => {
    const disk = world.input.disks.find(({ node, path }) => osd?.uuid === osdUuid(ceph.fsid, node, path));
    names.set(String(id), disk === undefined ? "nobody's" : `${disk.node}:${disk.path}`);
    if (osd !== null) names.set(osd.uuid, `uuid of ${names.get(String(id))}`);
  });
  const plain = (text: string): string =>
    text
      .replace(/0f51d000-0000-4000-8000-\d{12}/g, "FSID")
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (uuid) => names.get(uuid) ?? uuid)
      .replace(/(?<=osd\/ceph-|ceph-osd@|\bosd\.)\d+/g, (id) => names.get(id) ?? id)
      .replace(/#\d+/g, "");
  const plainMap = (map: Iterable<readonly [string, string]>) =>
    sorted([...map].map(([key, value]) => [plain(key), plain(value)] as const));
  return {
    nodes: [...world.memory.nodes.values()].map(({ name, files, state }) => ({
      name,
      files: plainMap(files),
      state: plainMap(state),
    })),
    ceph: ceph === null ? null : cephSnapshot(ceph, plainMap),
    consul: consulData(world),
    managementVm: vmNode(world),
    platform: sorted(world.platformSettings),
  };
}

function cephSnapshot(ceph: CephCluster, plainMap: (map: Iterable<readonly [string, string]>) => unknown): unknown {
  return {
    keys: plainMap(ceph.keys),
    osds: plainMap(ceph.osds.flatMap((osd) => (osd === null ? [] : [[osd.uuid, osd.isUp ? "up" : "down"] as const]))),
    pools: Object.fromEntries(ceph.pools),
    images: [...ceph.images]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { bytes, features, content, meta }]) => ({ name, bytes, features, content, meta: plainMap(meta) })),
  };
}
