import { replicasSchema } from "@/contract/deployment";
import type { ClusterInput } from "@/contract/deployment-input";
import type { HaConfig } from "@/contract/ha-config";
import { cephKeyringPath } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import { cephConfText, fsidOf, keyOf } from "@/server/steps/deployment/ceph-config";
import { cephPaths } from "@/server/steps/deployment/ceph-keys";

/** What one node keeps of its Ceph. */
export interface StorageSeen {
  readonly node: string;
  readonly storageIp: string;
  readonly conf: string | null;
  /** Of the user below; never logged, never shown. */
  readonly keyring: string | null;
  /** Without "client."; null: the management VM lies in a folder. */
  readonly user: string | null;
}

type Storage = ClusterInput["storage"];
type OwnCeph = Omit<Parameters<typeof cephConfText>[0], "monitors"> & { readonly members: readonly string[] };

export type ClusterStorage =
  | {
      readonly known: Storage;
      /** The user's key, of a Ceph that exists; the members of their own Ceph are its administrators. */
      readonly key: string | null;
      /** Members with a monitor, in Ceph's order; the others come after them. */
      readonly monitors: readonly string[];
    }
  | { readonly unknown: readonly Sentence[] };

/** From the files alone: a cluster that was just switched on is read as well as one that serves. */
export function clusterStorage(nodes: readonly StorageSeen[], config: HaConfig, keySecretRef: string): ClusterStorage {
  const [first, ...others] = nodes;
  if (first === undefined || first.user === null || config.Type === "FileConf")
    return { unknown: [say("adopt-image-in-folder")] };
  const unknown = nodes.flatMap(({ node, conf }) =>
    conf === null ? [say("adopt-file-missing", { node, path: cephPaths.conf })] : [],
  );
  if (unknown.length > 0) return { unknown };
  const conf = first.conf ?? "";
  const monitors = monitorNames(conf).filter((name) => nodes.some(({ node }) => node === name));
  // A replacement writes the new machine's own: the same monitors, in another order.
  const plans = nodes.map((seen) => (monitors.length > 0 ? ownCeph(seen.conf ?? "", nodes) : seen.conf));
  const foreign = nodes[plans.indexOf(null)];
  if (foreign !== undefined)
    return { unknown: [say("adopt-ceph-conf-foreign", { node: foreign.node, path: cephPaths.conf })] };
  for (const [at, { node }] of others.entries())
    if (JSON.stringify(plans[at + 1]) !== JSON.stringify(plans[0]))
      unknown.push(say("adopt-files-differ", { node, other: first.node, path: cephPaths.conf }));
  if (unknown.length > 0) return { unknown };
  const own = ownCeph(conf, nodes);
  if (monitors.length > 0 && own !== null) {
    const { replicas, failureDomain, osdMemoryTargetMb } = own;
    const known = { mode: "bootstrap", replicas, failureDomain, osdMemoryTargetMb, pool: config.PoolName } as const;
    return { known, key: null, monitors };
  }
  const key = first.keyring === null ? null : keyOf(first.keyring, first.user);
  if (key === null)
    return { unknown: [say("adopt-file-missing", { node: first.node, path: cephKeyringPath(first.user) })] };
  const user = `client.${first.user}`;
  const known = { mode: "existing", monitors: config.MonAddrs, user, keySecretRef, pool: config.PoolName } as const;
  return { known, key, monitors };
}

const valueOf = (conf: string, name: string): string | null =>
  new RegExp(`^\\s*${name}\\s*=\\s*(.*?)\\s*$`, "m").exec(conf)?.[1] ?? null;

const monitorNames = (conf: string): string[] =>
  (valueOf(conf, "mon initial members") ?? "").split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));

/**
 * The Ceph that a first deployment makes, when its file says exactly what such a deployment writes: a procedure writes the whole file
 * anew, and what somebody added by hand would be gone.
 */
function ownCeph(conf: string, nodes: readonly StorageSeen[]): OwnCeph | null {
  const [fsid, publicNetwork] = [fsidOf(conf), valueOf(conf, "public network")];
  const size = replicasSchema.safeParse(Number(valueOf(conf, "osd pool default size")));
  if (fsid === null || publicNetwork === null || !size.success) return null;
  const replicas = size.data;
  const failureDomain = valueOf(conf, "osd crush chooseleaf type") === "0" ? "osd" : "host";
  const osdMemoryTargetMb = Number(valueOf(conf, "osd memory target")) / 1024 ** 2;
  const monitors = monitorNames(conf).flatMap((name) => {
    const ip = nodes.find(({ node }) => node === name)?.storageIp;
    return ip === undefined ? [] : [{ name, ip }];
  });
  const own = { fsid, publicNetwork, replicas, failureDomain, osdMemoryTargetMb } as const;
  const members = monitors.map(({ name }) => name).toSorted();
  return cephConfText({ ...own, monitors }) === conf ? { ...own, members } : null;
}
