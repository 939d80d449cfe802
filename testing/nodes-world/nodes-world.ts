import { type HaConfig, haNodes } from "@/contract/ha-config";
import { nodeSetupSchema, suitePaths } from "@/contract/node-setup";
import { known } from "@/contract/observed";
import type { HaStatus } from "@/contract/ha-status";
import { netApplySchema, rollbackSecondsDefault } from "@/contract/net-apply";
import { joiningNames, type NodeChangeInput, stayingNames } from "@/contract/node-change";
import { disksOf, osdUuid } from "@/server/steps/deployment/ceph-layout";
import { planInput } from "@/server/steps/networks/network-wish";
import type { MemoryNode, ScriptedAnswer } from "@/testing/conformance/memory-world";
import {
  keyringOf,
  type MonitorStore,
  monitorStoreFile,
  quorumOf,
  unitKey,
} from "@/testing/deploy-cluster-world/ceph-cluster";
import { cephProgram } from "@/testing/deploy-cluster-world/ceph-program";
import { DeployWorld, type Program } from "@/testing/deploy-cluster-world/deploy-world";
import { bareServersInput, consulDigest } from "@/testing/deploy-cluster-world/deploy-worlds";
import { networksFile } from "@/testing/deploy-cluster-world/network-programs";
import { nodePrograms } from "@/testing/deploy-cluster-world/node-programs";
import { runsSuite, statusOf, zsha } from "@/testing/deploy-cluster-world/suite-program";

const fsid = "0f51d000-0000-4000-8000-000000000000";
const done: ScriptedAnswer = { code: 0 };
const json = (value: unknown): ScriptedAnswer => ({ code: 0, stdout: `${JSON.stringify(value)}\n` });
const asWorld = (world: DeployWorld): NodesWorld => {
  if (world instanceof NodesWorld) return world;
  throw new Error("another world's program");
};

/** A cluster of before, its machines that leave (dead where they are replaced), and bare machines that join. */
export class NodesWorld extends DeployWorld {
  readonly peers = new Set<string>();
  readonly members = new Map<string, "alive" | "failed" | "left">();
  /** "NODE IP": that node has forgotten that member; the others may not have. */
  readonly forgotten = new Set<string>();
  /** What the panel knows of its nodes. */
  readonly rows: Set<string>;
  /** Hosts in Ceph's tree, also those without a disk. */
  readonly treeHosts: Set<string>;
  home: string | null = null;

  constructor(readonly change: NodeChangeInput) {
    const { deployment, leaving } = change;
    const joining = new Set(joiningNames(change));
    const old = leaving.filter(({ name }) => !joining.has(name));
    const gone = old.map(({ name, storageIp }, at) => ({
      ...(deployment.nodes[at] ?? deployment.nodes[0]),
      name,
      storageIp,
    })) as typeof deployment.nodes;
    // What only a first deployment asks for is not part of a change.
    const made = bareServersInput();
    const nodes = [...deployment.nodes, ...gone];
    super({ ...made, ...deployment, storage: made.storage, nodes }, null, programs);
    const staying = [...deployment.nodes, ...gone].filter(({ name }) => !joining.has(name));
    this.rows = new Set([...staying, ...leaving].map(({ name }) => name));
    this.treeHosts = new Set(this.rows);
    const monitors = [...new Set([...staying, ...leaving].map(({ name }) => name))].toSorted();
    const store: MonitorStore = {
      fsid,
      mons: monitors,
      keys: [
        ["client.admin", "admin"],
        ["mon.", "mon"],
      ],
    };
    for (const { name } of staying) this.#install(this.memory.node(name), store);
    for (const { name, hostNameBefore } of change.joining) this.memory.node(name).state.set("hostname", hostNameBefore);
    for (const { storageIp } of [...staying, ...leaving]) {
      this.peers.add(storageIp);
      this.members.set(storageIp, "alive");
    }
    for (const { name, storageIp } of leaving) if (joining.has(name)) this.members.set(storageIp, "failed");
    this.#fillCeph(staying.map(({ name }) => name));
    this.home = old[0]?.name ?? staying[0]?.name ?? null;
  }

  #install({ name, files, state }: MemoryNode, store: MonitorStore): void {
    const { deployment } = this.change;
    files.set(suitePaths.executable, "ef".repeat(32));
    files.set("/etc/ceph/ceph.conf", `fsid = ${fsid}\n`);
    files.set("/etc/ceph/ceph.client.admin.keyring", keyringOf([["client.admin", "admin"]]));
    files.set(monitorStoreFile(name), JSON.stringify(store));
    files.set(`/var/lib/ceph/mgr/ceph-${name}/keyring`, "mgr");
    files.set(suitePaths.clusterFile, JSON.stringify({ nodes: [] }));
    files.set(suitePaths.peerFile, "");
    const wish = { nodes: [], networks: deployment.networks, rollbackSeconds: rollbackSecondsDefault };
    files.set(networksFile, JSON.stringify(netApplySchema.parse(JSON.parse(planInput(wish, name))).networks));
    for (const unit of [`ceph-mon@${name}`, `ceph-mgr@${name}`, "consul", "zsha"]) state.set(unitKey(unit), "active");
    state.set("hostname", name);
  }

  #fillCeph(staying: readonly string[]): void {
    const { leaving } = this.change;
    const cluster = this.ceph();
    if (cluster === null) throw new Error("the world's monitors have no quorum");
    const dead = leaving.flatMap(({ osds }) => osds);
    const total = Math.max(staying.length, ...dead.map((id) => id + 1));
    for (let id = 0; id < total; id += 1)
      cluster.osds[id] = { uuid: `there before ${id}`, isUp: !dead.includes(id) || this.change.joining.length === 0 };
    cluster.keys.set("client.zsha", "suite");
    const { pool, pgNum } = this.input.storage;
    cluster.pools.set(pool, { size: 2, minSize: 1, pgNum, applications: ["rbd"] });
    const meta = new Map([["trivet.import", "compared whole"]]);
    cluster.images.set(this.imageName, { bytes: 1, features: [], content: this.imageDigest, meta });
    this.consul = { config: this.#configBefore(), version: 1, wantsVm: true };
  }

  #configBefore(): HaConfig {
    const { deployment, leaving } = this.change;
    const joining = joiningNames(this.change);
    const stay = deployment.nodes.filter(({ name }) => !joining.includes(name));
    const Node = [...stay, ...leaving].map(({ name, storageIp }) => `${storageIp} ${name}`).toSorted();
    return { ...deployment.config, Node };
  }

  /** Every monitor that runs has the same map. */
  remap(change: (mons: readonly string[]) => readonly string[]): void {
    const quorum = quorumOf(this.memory.nodes.values());
    if (quorum === null) return;
    const text = JSON.stringify({ ...quorum.store, mons: change(quorum.store.mons) });
    for (const { name, files, state } of this.memory.nodes.values())
      if (files.has(monitorStoreFile(name)) && state.has(unitKey(`ceph-mon@${name}`)))
        files.set(monitorStoreFile(name), text);
  }

  monitors(): readonly string[] {
    return quorumOf(this.memory.nodes.values())?.store.mons ?? [];
  }

  /** As the gossip of that node has it. */
  membersOn(node: string): (readonly [ip: string, state: "alive" | "failed" | "left"])[] {
    return [...this.members].filter(([ip]) => !this.forgotten.has(`${node} ${ip}`));
  }

  /** Without power: its daemons are silent, and Consul and Ceph have noticed. */
  readonly lose = (name: string): void => {
    const { state } = this.memory.node(name);
    for (const key of state.keys()) if (key.startsWith("unit ")) state.delete(key);
    const ip = this.#ipOf(name);
    if (this.members.get(ip) === "alive") this.members.set(ip, "failed");
    for (const osd of this.#osdsOn(name)) osd.isUp = false;
  };

  readonly traces = (name: string): string[] => {
    // Of one that was to replace another, what is known is the other's.
    if (this.change.leaving.some((node) => node.name === name)) return [];
    const ip = this.#ipOf(name);
    const staying = stayingNames(this.change);
    const listing = staying.filter((node) => this.membersOn(node).some(([member]) => member === ip));
    return [
      ...listing.map((node) => `gossip of ${node}`),
      ...(this.peers.has(ip) ? ["raft"] : []),
      ...(this.monitors().includes(name) ? ["monitors"] : []),
      ...this.#osdsOn(name).map(({ uuid }) => `OSD ${uuid}`),
      ...(this.treeHosts.has(name) ? ["host in Ceph's tree"] : []),
      ...(this.rows.has(name) ? ["panel"] : []),
    ];
  };

  /** How many disks the tree has below that host. */
  disksOn(name: string): number {
    const { leaving } = this.change;
    const own = leaving.find((node) => node.name === name)?.osds ?? [];
    const left = own.filter((id) => this.ceph()?.osds[id]?.uuid === `there before ${id}`).length;
    const joined = this.#osdsOn(name).length;
    const isThere = this.rows.has(name) && !leaving.some((node) => node.name === name);
    return left + joined + Number(isThere && !joiningNames(this.change).includes(name));
  }

  #ipOf(name: string): string {
    return this.change.deployment.nodes.find((node) => node.name === name)?.storageIp ?? "";
  }

  #osdsOn(name: string): { uuid: string; isUp: boolean }[] {
    const uuids = disksOf(this.change.deployment, name).map(({ path }) => osdUuid(fsid, name, path));
    return (this.ceph()?.osds ?? []).flatMap((osd) => (osd !== null && uuids.includes(osd.uuid) ? [osd] : []));
  }

  override snapshot(): unknown {
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    return {
      world: super.snapshot(),
      peers: [...this.peers].toSorted(),
      forgotten: [...this.forgotten].toSorted(),
      members: plain([...this.members].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      monitors: this.monitors().toSorted(),
      rows: [...this.rows].toSorted(),
      treeHosts: [...this.treeHosts].toSorted(),
      home: this.home,
    };
  }
}

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
  if (argv[1] === "status") return runsSuite(node) ? json(seen(world, node)) : { code: 1, stderr: "no Consul\n" };
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

/** As `zsha status` of this node tells it. */
function seen(world: NodesWorld, node: MemoryNode): HaStatus {
  const said = statusOf(world, node);
  const cluster = world.ceph();
  const osds = (cluster?.osds ?? []).flatMap((osd, id) => (osd === null ? [] : [{ id, up: osd.isUp, in: osd.isUp }]));
  const up = osds.filter((osd) => osd.up).length;
  const monitors = world.monitors();
  const quorum = quorumOf(world.memory.nodes.values())?.names ?? [];
  const wanted = [...new Set([...world.input.nodes, ...world.change.leaving].map(({ storageIp }) => storageIp))];
  return {
    ...said,
    managementVm: { ...said.managementVm, state: "running", node: world.home, epoch: 1 },
    services: world.input.nodes
      .filter(({ storageIp }) => world.membersOn(node.name).some(([ip]) => ip === storageIp))
      .map(({ name, storageIp }) => ({
        node: name,
        ip: storageIp,
        state: runsSuite(world.memory.node(name)) ? ("running" as const) : ("stopped" as const),
        suiteVersion: "0.1.0",
        eligible: true,
        ineligibleBecause: [],
      })),
    consul: known(
      {
        members: wanted.flatMap((ip) => {
          const status = new Map(world.membersOn(node.name)).get(ip);
          const rest = { type: "server" as const, build: "1.20.0", protocol: "2", datacenter: "dc1" };
          return status === undefined ? [] : [{ name: ip, address: `${ip}:8301`, status, ...rest }];
        }),
        leader: "leader:8300",
        peers: [...world.peers].map((ip) => `${ip}:8300`),
        autopilotSafe: true,
      },
      said.at,
    ),
    ceph: known(
      {
        fsid,
        health: "HEALTH_OK",
        checks: [],
        monitors: monitors.map((name) => ({ name, address: `${name}:6789`, inQuorum: quorum.includes(name) })),
        monmapEpoch: 1,
        electionEpoch: 1,
        osdmapEpoch: 1,
        osds: { total: osds.length, up, in: up },
        osdsByHost: Object.fromEntries(
          world.change.deployment.nodes.map(({ name }) => [name, [{ id: 0, up: true, in: true }]]),
        ),
        flags: [],
        pgs: {
          total: 64,
          byState: { [up < osds.length ? "active+undersized+degraded" : "active+clean"]: 64 },
          pools: 1,
          objects: 1,
        },
        bytes: { data: 1, used: 3, available: 97, total: 100 },
        clientIo: { readBytesPerSecond: 0, writeBytesPerSecond: 0, operationsPerSecond: 0 },
      },
      said.at,
    ),
  };
}

const programs: Readonly<Record<string, Program>> = {
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
