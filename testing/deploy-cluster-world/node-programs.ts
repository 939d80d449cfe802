import { createHash } from "node:crypto";
import type { MemoryNode, ScriptedAnswer } from "@/testing/conformance/memory-world";
import { unitKey } from "@/testing/deploy-cluster-world/ceph-cluster";
import type { DeployWorld, Program } from "@/testing/deploy-cluster-world/deploy-world";

const done: ScriptedAnswer = { code: 0 };
const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
/** A file that was sent is kept as its digest. */
const digestOf = (text: string): string => (isDigest(text) ? text : createHash("sha256").update(text).digest("hex"));
/** `/x/` is how the directory /x itself is kept. */
const isBelow = (path: string, directory: string): boolean => path === directory || path.startsWith(`${directory}/`);

function remove(node: MemoryNode, paths: readonly string[]): ScriptedAnswer {
  for (const path of [...node.files.keys()])
    if (paths.some((removed) => isBelow(path, removed))) node.files.delete(path);
  return done;
}

function systemctl(world: DeployWorld, node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
  const unit = argv.at(-1) ?? "";
  const osd = /^ceph-osd@(\d+)$/.exec(unit)?.[1];
  switch (argv[1]) {
    case "enable": {
      if (osd === undefined) node.state.set(unitKey(unit), "active");
      else if (!node.files.has(`/var/lib/ceph/osd/ceph-${osd}/ready`)) return { code: 1, stderr: "start failed\n" };
      else {
        node.state.set(unitKey(unit), "active");
        const entry = world.ceph()?.osds[Number(osd)];
        if (entry) entry.isUp = true;
      }
      return done;
    }
    case "disable":
      // The monitors go on calling a stopped OSD up until somebody tells them or its grace is over.
      node.state.delete(unitKey(unit));
      return done;
    case "list-units": {
      const prefix = unitKey(unit.replace("*", ""));
      const active = [...node.state.keys()].filter((key) => key.startsWith(prefix));
      return { code: 0, stdout: active.map((key) => `${key} loaded active running\n`).join("") };
    }
    case "is-enabled":
    case "is-active":
      return { code: node.state.has(unitKey(unit)) ? 0 : 3 };
    default:
      return done;
  }
}

function lsblk(world: DeployWorld, node: MemoryNode, path: string): ScriptedAnswer {
  const disk = world.input.disks.find((entry) => entry.node === node.name && entry.path === path);
  if (disk === undefined) return { code: 32, stderr: "not a block device\n" };
  const seen = { path, size: disk.sizeBytes, serial: disk.serial, mountpoints: [null] };
  return { code: 0, stdout: JSON.stringify({ blockdevices: [seen] }) };
}

function wipefs(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
  const key = `disk ${argv.at(-1)}`;
  if (!argv.includes("--all")) return { code: 0, stdout: `${node.state.get(key) ?? ""}\n` };
  node.state.delete(key);
  return done;
}

function install(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
  for (const key of [...node.state.keys()])
    if (key.startsWith("missing ") && (argv.includes(key.slice("missing ".length)) || argv.includes("qemu-utils")))
      node.state.delete(key);
  return done;
}

/** The panel's own little scripts are told apart by what they call. */
function shell(world: DeployWorld, node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
  const script = argv[2] ?? "";
  const words = argv.slice(4);
  if (script.includes("command -v"))
    return { code: 0, stdout: words.filter((tool) => node.state.has(`missing ${tool}`)).join("\n") };
  if (script.includes("/dev/disk/by-id")) return { code: 0, stdout: `${world.stablePath(node, words[0] ?? "")}\n` };
  return { code: 127, stderr: "unknown script\n" };
}

function move(node: MemoryNode, [from = "", to = ""]: readonly string[]): ScriptedAnswer {
  const text = node.files.get(from);
  if (text === undefined) return { code: 1, stderr: `mv: ${from}: no such file\n` };
  node.files.delete(from);
  node.files.set(to, text);
  return done;
}

/** find DIRECTORY … -name PREFIX*: what lies directly in it. */
function find(node: MemoryNode, argv: readonly string[]): ScriptedAnswer {
  const prefix = `${argv[1]}/${argv.at(-1)?.replace(/\*$/, "")}`;
  const found = [...node.files.keys()].filter((path) => path.startsWith(prefix) && path.endsWith("/"));
  return { code: 0, stdout: found.map((path) => `${path.slice(0, -1)}\n`).join("") };
}

const consulVersion = (isThere: boolean): ScriptedAnswer =>
  isThere ? { code: 0, stdout: "Consul v1.20.0\n" } : { code: 127 };

export const nodePrograms: Readonly<Record<string, Program>> = {
  true: () => done,
  mkdir: () => done,
  chown: () => done,
  cat: (world, _node, argv) =>
    argv[1] === "/proc/sys/kernel/random/uuid" ? { code: 0, stdout: `${world.newUuid()}\n` } : { code: 1 },
  rm: (_world, node, argv) => remove(node, argv.slice(2)),
  mv: (_world, node, argv) => move(node, argv.slice(-2)),
  install: (_world, node, argv) => {
    node.files.set(`${argv.at(-1)}/`, "directory");
    return done;
  },
  ln: (_world, node, argv) => {
    node.files.set(argv.at(-1) ?? "", argv.at(-2) ?? "");
    return done;
  },
  test: (_world, node, argv) => ({ code: node.files.has(argv[2] ?? "") ? 0 : 1 }),
  sha256sum: (_world, node, argv) => {
    const text = node.files.get(argv[1] ?? "");
    return text === undefined ? { code: 1 } : { code: 0, stdout: `${digestOf(text)}  ${argv[1]}\n` };
  },
  find: (_world, node, argv) => find(node, argv),
  sh: shell,
  env: (_world, node, argv) => install(node, argv),
  curl: (world, node, argv) => {
    node.files.set(argv[argv.indexOf("--output") + 1] ?? "", world.imageDigest);
    return done;
  },
  consul: (_world, node) => consulVersion(!node.state.has("missing consul")),
  "/var/lib/trivet/consul": (_world, node) => consulVersion(node.files.has("/var/lib/trivet/consul")),
  systemctl,
  lsblk: (world, node, argv) => lsblk(world, node, argv.at(-1) ?? ""),
  wipefs: (_world, node, argv) => wipefs(node, argv),
};
