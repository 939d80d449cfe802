import { keyringOf, keysIn, type MonitorStore, monitorStoreFile } from "@/testing/deploy-cluster-world/ceph-cluster";
import type { Program } from "@/testing/deploy-cluster-world/deploy-world";

const after = (argv: readonly string[], option: string): string => argv[argv.indexOf(option) + 1] ?? "";

export const authtool: Program = (world, node, argv) => {
  if (argv.includes("--create-keyring")) {
    const name = after(argv, "-n");
    node.files.set(after(argv, "--create-keyring"), keyringOf([[name, world.newKey(name)]]));
    return { code: 0 };
  }
  const path = argv[1] ?? "";
  const into = node.files.get(path);
  const from = node.files.get(after(argv, "--import-keyring"));
  if (into === undefined || from === undefined) return { code: 1, stderr: "can't open keyring\n" };
  node.files.set(path, keyringOf(new Map([...keysIn(into), ...keysIn(from)])));
  return { code: 0 };
};

export const monmaptool: Program = (_world, node, argv) => {
  const mons = argv.flatMap((word, i) => (word === "--addv" ? [argv[i + 1] ?? ""] : []));
  node.files.set(argv.at(-1) ?? "", JSON.stringify({ fsid: after(argv, "--fsid"), mons }));
  return { code: 0 };
};

/** Refuses what the real one refuses: no directory, a store that is there, no map, no keys. */
export const cephMon: Program = (_world, node, argv) => {
  const name = after(argv, "-i");
  const store = monitorStoreFile(name);
  const monmap = node.files.get(after(argv, "--monmap"));
  const keyring = node.files.get(after(argv, "--keyring"));
  if (!node.files.has(`/var/lib/ceph/mon/ceph-${name}/`)) return { code: 1, stderr: "no such directory\n" };
  if (node.files.has(store)) return { code: 1, stderr: "store already exists\n" };
  if (monmap === undefined || keyring === undefined) return { code: 1, stderr: "no monmap or keyring\n" };
  const made: MonitorStore = { ...(JSON.parse(monmap) as Pick<MonitorStore, "fsid" | "mons">), keys: keysIn(keyring) };
  node.files.set(store, JSON.stringify(made));
  return { code: 0 };
};

/** A store on a disk that carries something else is refused, as BlueStore does. */
export const cephOsd: Program = (world, node, argv) => {
  const directory = `/var/lib/ceph/osd/ceph-${after(argv, "-i")}`;
  const block = node.files.get(`${directory}/block`);
  const disk = world.diskAt(node, block ?? "");
  if (disk === null || !node.files.has(`${directory}/`)) return { code: 1, stderr: "no block device\n" };
  if (!node.files.has(`${directory}/keyring`)) return { code: 1, stderr: "no keyring\n" };
  if ((node.state.get(`disk ${disk}`) ?? "") !== "") return { code: 1, stderr: `${disk} is not empty\n` };
  node.state.set(`disk ${disk}`, "ceph_bluestore");
  node.files.set(`${directory}/ready`, after(argv, "--osd-uuid"));
  return { code: 0 };
};
