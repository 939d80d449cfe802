import type { Outcome } from "@/suite/core/deed";
import { Queue } from "@/suite/core/simulation/queue";
import type { Qemu } from "@/suite/core/simulation/sim-ceph";
import { SimCeph } from "@/suite/core/simulation/sim-ceph";
import { SimConsul } from "@/suite/core/simulation/sim-consul";
import { SimNode } from "@/suite/core/simulation/sim-node";
import type { DomainSeen } from "@/suite/core/seen";
import type { State } from "@/suite/core/state";

/** How a migration goes wrong, for the next one only. */
export type MigrationFault = "none" | "aborts" | "paused-there" | "paused-both" | "two-running" | "vanishes";

/** A start under way when the intent changes may still finish: one Consul read and one `virsh create`. */
const intentGraceMs = 1_000;
const zshadRestartMs = 1_000;

/** A cluster with the invariants watched from outside: nothing here believes what a zshad says of itself. */
export class World {
  readonly queue = new Queue();
  readonly ceph: SimCeph;
  readonly consul: SimConsul;
  readonly nodes: SimNode[];
  readonly lines: string[] = [];
  readonly violations: string[] = [];
  readonly startsFail = new Set<string>();
  readonly powered: Set<string>;
  readonly bootedAt = new Map<Qemu, number>();
  readonly lastEnd = new Map<string, DomainSeen["reason"]>();
  readonly cut = new Set<string>();
  /** Sources whose libvirtd is copying, whoever asked for it. */
  readonly copying = new Set<string>();
  powerCycles = 0;
  guestObeys = true;
  migrationFault: MigrationFault = "none";
  private readonly qemus: Qemu[] = [];
  private highestEpoch = 0;
  starts = 0;
  /** When the intent last changed. */
  intentSince = 0;

  constructor(readonly names: readonly string[]) {
    this.powered = new Set(names);
    this.ceph = new SimCeph(this.queue, () => this.changed());
    this.consul = new SimConsul(this.queue, names, () => this.tellConsul());
    this.nodes = names.map((name) => new SimNode(name, this));
    for (const node of this.nodes) node.start(null);
  }

  node(name: string): SimNode {
    const node = this.nodes.find((candidate) => candidate.name === name);
    if (node === undefined) throw new RangeError(`no node is called ${name}`);
    return node;
  }

  log(node: string, sentence: string): void {
    this.lines.push(`${(this.queue.now / 1000).toFixed(1).padStart(7)}  ${node}  ${sentence}`);
  }

  qemuOn(node: string): Qemu | null {
    return this.qemus.find((qemu) => qemu.alive && qemu.node === node) ?? null;
  }

  /** Whose vCPUs run and whose writes storage would take. */
  writers(): Qemu[] {
    return this.qemus.filter((qemu) => qemu.alive && qemu.state === "running" && !this.ceph.isBlocked(qemu.address));
  }

  startQemu(node: string, startId: string | null, epoch: number | null): Qemu {
    if (startId !== null) {
      this.starts += 1;
      const stoppedFor = this.consul.intent.record?.want === "stopped" ? this.queue.now - this.intentSince : 0;
      if (stoppedFor > intentGraceMs)
        this.violations.push(`I5: ${node} started ${stoppedFor} ms after intent became stopped`);
    }
    const qemu = this.ceph.open(node, startId, epoch, "running");
    this.qemus.push(qemu);
    this.bootedAt.set(qemu, this.queue.now);
    this.changed();
    return qemu;
  }

  endQemu(qemu: Qemu, reason: DomainSeen["reason"], clean: boolean): void {
    if (!qemu.alive) return;
    this.lastEnd.set(qemu.node, reason);
    this.ceph.close(qemu, clean);
    this.changed();
  }

  lift(address: string): void {
    if (this.qemus.some((qemu) => qemu.alive && qemu.address === address)) {
      this.violations.push(`I8: the fence of ${address} was lifted while its QEMU lives`);
    }
    this.ceph.lift(address);
  }

  noteTaken(epoch: number, node: string): void {
    if (epoch <= this.highestEpoch) this.violations.push(`I3: epoch ${epoch} taken after ${this.highestEpoch}`);
    this.highestEpoch = epoch;
    const wanted = this.consul.intent.record?.want;
    if (wanted !== "started")
      this.violations.push(`I5: ${node} took epoch ${epoch} while intent is ${wanted ?? "absent"}`);
  }

  /** I1, looked at after every change. */
  changed(): void {
    const writers = this.writers();
    if (writers.length > 1) {
      const message = `I1: two writers, ${writers.map((qemu) => qemu.address).join(" and ")}`;
      if (this.violations[this.violations.length - 1] !== message) {
        this.violations.push(message);
        this.log("WITNESS", message);
      }
    }
    for (const node of this.nodes) node.readDomain();
  }

  reaches(from: string, to: string): boolean {
    return this.powered.has(to) && !this.cut.has(from) && !this.cut.has(to) && this.node(to).libvirtAnswers;
  }

  migrate(source: SimNode, target: string, answer: (outcome: Outcome) => void): void {
    const qemu = this.qemuOn(source.name);
    const fault = this.migrationFault;
    this.migrationFault = "none";
    if (qemu === null) return answer({ result: "failed", because: "no domain" });
    const node = this.node(target);
    if (fault === "aborts" || !this.reaches(source.name, target) || !node.permitted(qemu.startId, qemu.epoch)) {
      return answer({
        result: "failed",
        because: fault === "aborts" ? "the connection broke" : "the target's hook refused",
      });
    }
    const arrived = this.ceph.open(target, qemu.startId, qemu.epoch, "paused");
    this.qemus.push(arrived);
    this.bootedAt.set(arrived, this.bootedAt.get(qemu) ?? this.queue.now);
    const pauseHere = (): void => {
      qemu.state = "paused";
      qemu.reason = "migrated";
    };
    if (fault === "paused-there") return answer({ result: "failed", because: "the connection broke at 90 %" });
    if (fault === "vanishes") {
      this.endQemu(qemu, "migrated", true);
      this.endQemu(arrived, "failed", true);
      return answer({ result: "failed", because: "both ended" });
    }
    if (fault === "two-running") {
      // libvirt cannot do this by itself; an operator's `virsh resume` on the target can.
      arrived.state = "running";
      return answer({ result: "unknown", because: "no answer in time" });
    }
    pauseHere();
    if (fault === "paused-both")
      return answer({ result: "failed", because: "the connection broke at the switch-over" });
    arrived.state = "running";
    this.endQemu(qemu, "migrated", true);
    this.changed();
    answer({ result: "done" });
  }

  powerOff(name: string): void {
    const node = this.node(name);
    node.stop();
    node.session = null;
    this.powered.delete(name);
    this.powerCycles += 1;
    const qemu = this.qemuOn(name);
    if (qemu !== null) this.endQemu(qemu, "failed", false);
    this.consul.down.add(name);
    this.tellConsul();
  }

  powerOn(name: string): void {
    this.powered.add(name);
    this.consul.down.delete(name);
    this.lastEnd.delete(name);
    this.queue.after(5_000, () => {
      if (this.powered.has(name)) this.node(name).start(null);
    });
  }

  killZshad(name: string): void {
    const node = this.node(name);
    const memory: State["remembered"] = node.stop();
    this.queue.after(zshadRestartMs, () => {
      if (this.powered.has(name) && !node.running) node.start(memory);
    });
  }

  cutNetwork(name: string, what: "all" | "consul" | "storage"): void {
    if (what !== "storage") this.consul.cutOff.add(name);
    if (what !== "consul") this.ceph.unreachableFrom.add(name);
    if (what === "all") this.cut.add(name);
    this.tellConsul();
  }

  heal(): void {
    this.consul.cutOff.clear();
    this.ceph.unreachableFrom.clear();
    this.cut.clear();
    this.ceph.available = true;
    this.startsFail.clear();
    for (const node of this.nodes) {
      node.libvirtAnswers = true;
      node.frozen = false;
    }
    this.tellConsul();
  }

  private tellConsul(): void {
    for (const node of this.nodes) node.readConsul();
  }
}
