import type { ConsulSeen } from "@/suite/core/seen";
import { Chance } from "@/suite/core/simulation/chance";
import { Queue } from "@/suite/core/simulation/queue";
import type { ConsulOptions } from "@/suite/core/simulation/sim-consul";
import { SimConsul } from "@/suite/core/simulation/sim-consul";
import { SimHost } from "@/suite/core/simulation/sim-host";
import type { Qemu } from "@/suite/core/simulation/sim-image";
import { SimImage } from "@/suite/core/simulation/sim-image";
import { SimMigrations } from "@/suite/core/simulation/sim-migration";
import { services, SimNetwork, storageEnd } from "@/suite/core/simulation/sim-network";
import type { Trap } from "@/suite/core/simulation/sim-node";
import { SimNode } from "@/suite/core/simulation/sim-node";
import type { Placement } from "@/suite/core/simulation/sim-storage";
import { SimStorage } from "@/suite/core/simulation/sim-storage";
import { Witness } from "@/suite/core/simulation/witness";

export interface WorldOptions extends Partial<ConsulOptions> {
  readonly nodes?: number;
  readonly placement?: Placement;
  /** Ceph's timers of the fast profile. */
  readonly tuned?: boolean;
  /** 0: no chance. */
  readonly seed?: number;
  readonly onLeaseLoss?: "keep" | "stop";
  /** Folders only: whether QEMU's own lock on the image works across nodes. */
  readonly fileLock?: boolean;
}

const zshadRestartMs = 1_000;
const bootMs = 5_000;
const agentRestartMs = 2_000;
/** Whether gossip loses a member by bad luck is drawn this often. */
const lossDrawMs = 1_000;
/** A probe, its indirect probes and their answers must all be lost. */
const lossesForSuspicion = 6;
/** How long a kernel goes on sending what a killed process had written (an orphaned socket). */
const lateWriteMs = 102_000;

/** A cluster: hosts, networks, Consul, storage, one zshad each. It knows what is true; no zshad does. */
export class World {
  readonly queue = new Queue();
  readonly chance: Chance;
  readonly names: readonly string[];
  readonly options: { readonly onLeaseLoss: "keep" | "stop"; readonly fileLock: boolean };
  readonly isFolder: boolean;
  readonly network: SimNetwork;
  readonly consul: SimConsul;
  readonly storage: SimStorage;
  readonly image: SimImage;
  readonly migrations: SimMigrations;
  readonly witness: Witness;
  readonly hosts: readonly SimHost[];
  readonly nodes: readonly SimNode[];
  /** QEMUs that exist now, in order of their opening. */
  alive: Qemu[] = [];
  readonly lines: string[] = [];
  /** Ended QEMUs whose last write may still be on its way, and until when. */
  readonly lateWrites = new Map<string, number>();
  /** Counts start and stop: what was said last counts. */
  operatorsWord = 0;

  constructor(options: WorldOptions = {}) {
    this.chance = new Chance(options.seed ?? 0);
    this.names = Array.from({ length: options.nodes ?? 3 }, (_, place) => `ceph-${place + 1}`);
    this.options = { onLeaseLoss: options.onLeaseLoss ?? "keep", fileLock: options.fileLock ?? false };
    const placement = options.placement ?? "outside";
    this.isFolder = placement === "folder";
    this.network = new SimNetwork([...this.names, storageEnd], () => this.networkChanged());
    this.consul = new SimConsul(this.queue, this.chance, this.network, this.names, options);
    this.storage = new SimStorage({
      queue: this.queue,
      network: this.network,
      names: this.names,
      placement,
      tuned: options.tuned ?? false,
      powered: (name) => this.host(name).powered,
      onChange: () => this.image.refresh(),
    });
    this.image = new SimImage(this.queue, this.storage, this.isFolder, (node) => this.changed(node));
    this.migrations = new SimMigrations(this);
    this.witness = new Witness(this);
    this.hosts = this.names.map((name) => new SimHost(name, this));
    this.nodes = this.hosts.map((host) => new SimNode(host.name, this, host));
    this.consul.onCommit = (before, after) => {
      this.witness.committed(before, after);
      for (const node of this.nodes) node.keysChanged();
    };
    this.queue.afterEach = () => this.witness.look();
    for (const node of this.nodes) node.start();
  }

  node(name: string): SimNode {
    const node = this.nodes.find((candidate) => candidate.name === name);
    if (node === undefined) throw new RangeError(`no node is called ${name}`);
    return node;
  }

  host(name: string): SimHost {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw new RangeError(`no node is called ${name}`);
    return host;
  }

  log(node: string, sentence: string): void {
    this.lines.push(`${(this.queue.now / 1000).toFixed(1).padStart(7)}  ${node}  ${sentence}`);
  }

  /** Whose vCPUs run and whom nothing shuts out. */
  writers(): Qemu[] {
    return this.alive.filter((qemu) => this.image.mayWrite(qemu));
  }

  membersSeenBy(viewer: string): ConsulSeen["members"] {
    return Object.fromEntries(this.names.map((name) => [name, this.consul.raft.serfSays(viewer, name)]));
  }

  open(node: string, marks: Pick<Qemu, "startId" | "epoch" | "configVersion" | "state">): Qemu {
    const qemu = this.image.open(node, marks);
    this.alive.push(qemu);
    this.changed(node);
    return qemu;
  }

  end(qemu: Qemu, reason: SimHost["lastEnd"], clean: boolean): void {
    if (!qemu.alive) return;
    this.alive = this.alive.filter((other) => other !== qemu);
    const host = this.host(qemu.node);
    host.lastEnd = reason;
    if (host.powered && !this.storage.ioWorks(qemu.node))
      this.lateWrites.set(qemu.address, this.queue.now + lateWriteMs);
    this.image.close(qemu, clean, host.powered && this.storage.ioWorks(qemu.node));
  }

  /** Its vCPUs go on. */
  run(qemu: Qemu): void {
    if (!qemu.alive) return;
    this.witness.resumed(qemu);
    qemu.state = "running";
    qemu.reason = "other";
    this.image.meetFence(qemu);
    this.changed(qemu.node);
  }

  lift(address: string): void {
    this.witness.lifted(address);
    this.image.lift(address);
  }

  folderLocked(node: string): boolean {
    return this.isFolder && this.options.fileLock && this.image.isLockedFor(node);
  }

  /** Why a node may not have the image yet, by its lock or, without locks, by the last owners' names. */
  folderBusy(node: string, lastOwners: readonly string[]): string | null {
    if (!this.isFolder) return null;
    if (this.folderLocked(node)) return "the lock of the image is held by a QEMU that lives";
    const foreign = lastOwners.filter((address) => address !== `file:${node}`);
    if (this.options.fileLock || foreign.length === 0) return null;
    const who = foreign.map((address) => address.replace(/^file:/, "")).join(", ");
    return `${who} may still write the image and a folder knows no fence`;
  }

  /** libvirt's event about a domain on that node. */
  changed(name: string): void {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host !== undefined && !host.eventsLost) this.node(name).readDomain();
  }

  powerOff(name: string): void {
    const host = this.host(name);
    if (!host.powered) return;
    this.node(name).stop();
    host.powerOff();
    for (const address of this.lateWrites.keys()) if (address.startsWith(`${name}:`)) this.lateWrites.delete(address);
    this.consul.raft.setAgent(name, false);
    this.storage.changed();
  }

  powerOn(name: string): void {
    const host = this.host(name);
    if (host.powered) return;
    host.powered = true;
    this.consul.raft.setAgent(name, true);
    this.consul.retryHeld();
    this.storage.changed();
    this.queue.after(bootMs, () => this.node(name).start());
  }

  killZshad(name: string): void {
    const node = this.node(name);
    node.stop();
    this.queue.after(zshadRestartMs, () => node.start());
  }

  killConsul(name: string): void {
    const { raft } = this.consul;
    const led = raft.leader === name;
    raft.setAgent(name, false);
    if (led) raft.loseLeader();
    this.queue.after(agentRestartMs, () => {
      if (!this.host(name).powered) return;
      raft.setAgent(name, true);
      this.consul.retryHeld();
    });
  }

  freeze(name: string): void {
    if (this.node(name).running) this.node(name).frozen = true;
  }

  thaw(name: string): void {
    const node = this.node(name);
    if (node.frozen || node.mainStarved) this.host(name).heldUpUntil = this.queue.now;
    node.frozen = false;
    node.mainStarved = false;
    node.renewStarved = false;
    node.wake();
  }

  spring(name: string, what: Trap["what"]): void {
    if (what === "freeze") this.freeze(name);
    else if (what === "kill") this.killZshad(name);
    else if (what === "power-off") this.powerOff(name);
    else this.network.cut(name, services);
  }

  lossyGossip(): void {
    const loss = this.network.loss.get("consul") ?? 0;
    if (loss === 0) return;
    const { raft } = this.consul;
    for (const name of this.names) {
      if (this.chance.next() < loss ** lossesForSuspicion && raft.leader !== name) {
        const { session } = this.node(name).lease;
        if (session !== null) this.consul.invalidate(session);
      }
    }
    this.queue.after(lossDrawMs, () => this.lossyGossip());
  }

  /** Everything that hindered is gone. What the suite makes of it is its own business. */
  heal(): void {
    this.network.heal();
    this.storage.down = false;
    this.storage.monitorsDown = false;
    this.storage.full = false;
    this.storage.slow.clear();
    this.storage.changed();
    for (const host of this.hosts) {
      host.hangs = false;
      host.eventsLost = false;
      host.startFault = "none";
      host.startTakesMs = 250;
      host.guestObeys = true;
      if (host.qemu?.frozen === true) this.thawQemu(host.name);
    }
    for (const node of this.nodes) {
      node.traps = [];
      node.watchLagMs = 0;
      if (node.obstacles.length > 0) {
        node.obstacles = [];
        node.tellObstacles();
      }
      this.thaw(node.name);
      this.powerOn(node.name);
    }
    this.consul.loseAnswers.clear();
  }

  freezeQemu(name: string): void {
    const { qemu } = this.host(name);
    if (qemu === null) return;
    qemu.frozen = true;
    this.image.refresh();
  }

  thawQemu(name: string): void {
    const { qemu } = this.host(name);
    if (qemu === null) return;
    qemu.frozen = false;
    this.image.refresh();
  }

  private networkChanged(): void {
    this.consul.raft.topologyChanged();
    this.consul.retryHeld();
    this.storage.changed();
  }
}
