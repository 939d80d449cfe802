// What the programs of a node do in a world whose members change.
import { haNodes } from "@/contract/ha-config";
import { nodeSetupSchema, suitePaths } from "@/contract/node-setup";
import type { ScriptedAnswer } from "@/testing/conformance/memory-world";
import { keyringOf, monitorStoreFile, unitKey } from "@/testing/deploy-cluster-world/ceph-cluster";
import { cephProgram } from "@/testing/deploy-cluster-world/ceph-program";
import type { DeployWorld, Program } from "@/testing/deploy-cluster-world/deploy-world";
import { consulDigest } from "@/testing/deploy-cluster-world/deploy-worlds";
import { nodePrograms } from "@/testing/deploy-cluster-world/node-programs";
import { runsSuite, zsha } from "@/testing/deploy-cluster-world/suite-program";
import { fsid, memberStatus } from "@/testing/nodes-world/member-status";
import type { NodesWorld } from "@/testing/nodes-world/nodes-world";

const done: ScriptedAnswer = { code: 0 };
const json = (value: unknown): ScriptedAnswer => ({ code: 0, stdout: `${JSON.stringify(value)}\n` });
const isNodesWorld = (world: DeployWorld): world is NodesWorld => "treeHosts" in world;
const asWorld = (world: DeployWorld): NodesWorld => {
  if (isNodesWorld(world)) return world;
  throw new Error("another world's program");
};

const ceph: Program = (given, node, argv, stdin) => {
  const world = asWorld(given);
  const words = argv
    .slice(1)
    .filter((word, at, all) => word !== "--connect-timeout" && all[at - 1] !== "--connect-timeout");
  const [area = "", verb = "", ...rest] = words.filter((word) => word !== "--format" && word !== "json");
  const cluster = world.ceph();
  if (area === "daemon" || cluster === null || !node.files.has("/etc/ceph/ceph.conf"))
    return cephProgram(given, node, argv, stdin);
  if (area === "status") return json({ pgmap: {} });
  if (area === "auth" && verb === "get")
    return {
      code: 0,
      stdout: keyringOf([
        ["mon.", "mon"],
        ["client.admin", "admin"],
      ]),
    };
  if (area === "mon") {
    if (verb === "dump") return json({ mons: world.monitors().map((name) => ({ name })) });
    if (verb === "getmap") node.files.set(rest.at(-1) ?? "", JSON.stringify({ fsid, mons: world.monitors() }));
    if (verb === "remove") world.remap((mons) => mons.filter((name) => name !== rest[0]));
    return done;
  }
  if (area === "osd" && verb === "tree")
    return json({
      nodes: [...world.treeHosts].map((name) => ({
        name,
        type: "host",
        children: Array.from({ length: world.disksOn(name) }, (_, at) => at),
      })),
    });
  if (area === "osd" && verb === "crush") {
    if (world.disksOn(rest[1] ?? "") > 0) return { code: 39, stderr: "Error ENOTEMPTY: bucket not empty\n" };
    world.treeHosts.delete(rest[1] ?? "");
    return done;
  }
  if (area === "osd" && verb === "new") world.treeHosts.add(node.name);
  if (area === "osd" && (verb === "out" || verb === "in" || verb === "safe-to-destroy")) return done;
  if (area === "osd" && verb === "down") {
    for (const id of rest) {
      const entry = cluster.osds[Number(id)];
      if (entry) entry.isUp = false;
    }
    return done;
  }
  return cephProgram(given, node, argv, stdin);
};

const sh: Program = (given, node, argv, stdin) => {
  const world = asWorld(given);
  const script = argv[2] ?? "";
  if (script.includes("base64 --decode")) {
    node.files.set(argv[4] ?? "", stdin ?? "");
    return done;
  }
  if (!script.includes("exec consul")) return nodePrograms["sh"]?.(given, node, argv, stdin) ?? { code: 127 };
  if (stdin !== "management") return { code: 1, stderr: "Permission denied\n" };
  const words = argv.slice(4);
  const own = world.input.nodes.find(({ name }) => name === node.name)?.storageIp ?? "";
  if (words[0] === "leave") {
    if (!node.state.has(unitKey("consul"))) return { code: 1, stderr: "connection refused\n" };
    world.peers.delete(own);
    world.members.set(own, "left");
    node.state.delete(unitKey("consul"));
    return done;
  }
  if (words[0] === "force-leave") {
    const ip = words.at(-1) ?? "";
    if (world.members.get(ip) === "alive") return { code: 1 };
    world.forgotten.add(`${node.name} ${ip}`);
    return done;
  }
  if (words[0] === "members") {
    const lines = world.membersOn(node.name).map(([ip, state]) => `${ip}  ${ip}:8301  ${state}  server`);
    return {
      code: node.state.has(unitKey("consul")) ? 0 : 1,
      stdout: ["Node  Address  Status  Type", ...lines].join("\n"),
    };
  }
  if (words.at(-1) === "list-peers") {
    const lines = [...world.peers].map((peer) => `${peer}  id  ${peer}:8300  follower  true  3`);
    return { code: 0, stdout: ["Node  ID  Address  State  Voter  RaftProtocol", ...lines].join("\n") };
  }
  const ip = /-address=(.+):8300$/.exec(words.at(-1) ?? "")?.[1] ?? "";
  return world.peers.delete(ip) ? done : { code: 1, stderr: "peer not found\n" };
};

const systemctl: Program = (given, node, argv, stdin) => {
  const world = asWorld(given);
  const units = argv.slice(2).filter((word) => !word.startsWith("--"));
  if (argv[1] === "is-active" && !argv.includes("--quiet")) {
    const states = units.map((unit) => (node.state.has(unitKey(unit)) ? "active" : "inactive"));
    return { code: states.includes("inactive") ? 3 : 0, stdout: `${states.join("\n")}\n` };
  }
  if (argv[1] === "stop") for (const unit of units) node.state.delete(unitKey(unit));
  let last: ScriptedAnswer = done;
  for (const unit of units.length === 0 ? [""] : units)
    last = nodePrograms["systemctl"]?.(given, node, [...argv.slice(0, 2), unit], stdin) ?? done;
  const monitor = `ceph-mon@${node.name}`;
  const hasStore = node.files.has(monitorStoreFile(node.name));
  if (argv[1] === "enable" && units.includes(monitor) && hasStore)
    world.remap((mons) => [...new Set([...mons, node.name])].toSorted());
  return last;
};

const suite: Program = (given, node, argv, stdin) => {
  const world = asWorld(given);
  if (!node.files.has(suitePaths.executable)) return zsha(given, node, argv, stdin);
  if (argv[1] === "status")
    return runsSuite(node) ? json(memberStatus(world, node)) : { code: 1, stderr: "no Consul\n" };
  if (argv[1] === "migrate") {
    world.home = argv[2] ?? null;
    return done;
  }
  if (argv[1] === "remove-node-setup") node.files.delete(suitePaths.peerFile);
  if (argv[1] !== "setup-node") return zsha(given, node, argv, stdin);
  const setup = nodeSetupSchema.parse(JSON.parse(stdin ?? ""));
  const self = haNodes(setup.config).find(({ name }) => name === setup.node);
  if (self === undefined) return { code: 1, stderr: "not in the configuration\n" };
  if (setup.consul.binary !== null && node.files.get(setup.consul.binary) !== consulDigest) return { code: 1 };
  const nodes = haNodes(setup.config);
  const cluster = { protocol: 1, node: self.name, ip: self.ip, nodes, profile: setup.profile, datacenter: "dc1" };
  const rest = { cephUser: setup.ceph?.user ?? null, suiteVersion: "0.1.0", config: setup.config };
  node.files.set(suitePaths.clusterFile, JSON.stringify({ ...cluster, ...rest }));
  node.files.set(suitePaths.peerFile, Object.values(setup.peer?.fingerprints ?? {}).join(" "));
  for (const unit of ["consul", "zsha"]) node.state.set(unitKey(unit), "active");
  world.peers.add(self.ip);
  world.members.set(self.ip, "alive");
  for (const each of world.forgotten) if (each.endsWith(` ${self.ip}`)) world.forgotten.delete(each);
  return done;
};

export const memberPrograms: Readonly<Record<string, Program>> = {
  ceph,
  sh,
  systemctl,
  [suitePaths.executable]: suite,
  nft: () => done,
  base64: (_world, node, argv) => ({ code: 0, stdout: node.files.get(argv.at(-1) ?? "") ?? "" }),
  hostnamectl: (_world, node, argv) => {
    node.state.set("hostname", argv[2] ?? "");
    return done;
  },
  uname: (_world, node) => ({ code: 0, stdout: `${node.state.get("hostname") ?? ""}\n` }),
  grep: (_world, node, argv) => {
    const text = node.files.get(argv[3] ?? "");
    return { code: text === undefined ? 2 : text.includes(argv[2] ?? "") ? 0 : 1 };
  },
};
