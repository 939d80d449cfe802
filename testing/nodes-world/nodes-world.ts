import type { HaConfig } from "@/contract/ha-config";
import { suitePaths } from "@/contract/node-setup";
import { netApplySchema, rollbackSecondsDefault } from "@/contract/net-apply";
import { joiningNames, type NodeChangeInput, stayingNames } from "@/contract/node-change";
import { disksOf, osdUuid } from "@/server/steps/deployment/ceph-layout";
import { planInput } from "@/server/steps/networks/network-wish";
import type { MemoryNode } from "@/testing/conformance/memory-world";
import {
  keyringOf,
  type MonitorStore,
  monitorStoreFile,
  quorumOf,
  unitKey,
} from "@/testing/deploy-cluster-world/ceph-cluster";
import { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";
import { bareServersInput } from "@/testing/deploy-cluster-world/deploy-worlds";
import { networksFile } from "@/testing/deploy-cluster-world/network-programs";
import { memberPrograms } from "@/testing/nodes-world/member-programs";
import { fsid } from "@/testing/nodes-world/member-status";

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
    super({ ...made, ...deployment, storage: made.storage, nodes }, null, memberPrograms);
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
