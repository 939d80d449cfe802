import type { Queue } from "@/suite/core/simulation/queue";
import type { SimNetwork } from "@/suite/core/simulation/sim-network";
import { storageEnd } from "@/suite/core/simulation/sim-network";

/** Ceph beside the cluster, one monitor and one OSD on each node, or a folder on a file server. */
export type Placement = "outside" | "nodes" | "folder";

/** Untouched Ceph reports a silent OSD after 28 s, the tuned set after 12 s. */
const markDownMs = { default: 28_000, tuned: 12_000 } as const;
/** After the loss of any monitor every map change waits for lease time-outs and an election. */
const electionMs = { default: 14_000, tuned: 3_500 } as const;
/** A living OSD that was called down reports back. */
const comesBackMs = 3_000;
const mapChangeMs = 300;
const slowMs = 2_000;

interface Osd {
  /** As the OSD map says. */
  up: boolean;
  lostSince: number | null;
}

export interface StorageParts {
  readonly queue: Queue;
  readonly network: SimNetwork;
  readonly names: readonly string[];
  readonly placement: Placement;
  readonly tuned: boolean;
  readonly powered: (name: string) => boolean;
  /** Whether I/O works anywhere may have changed. */
  readonly onChange: () => void;
}

/** Who reaches monitors and OSDs, and how long a map change or a read takes. Blocklist and watchers are kept elsewhere. */
export class SimStorage {
  /** The whole storage hangs: power, switch, all OSDs stopped. */
  down = false;
  /** Monitors without quorum: I/O of clients that are connected goes on, maps do not change. */
  monitorsDown = false;
  readonly slow = new Set<string>();
  /** Full: writes are refused, QEMU pauses itself. */
  full = false;
  private readonly osds = new Map<string, Osd>();
  private electionUntil = 0;
  private monitors = new Set<string>();
  private readonly works = new Map<string, boolean>();

  constructor(private readonly parts: StorageParts) {
    for (const name of parts.names) this.osds.set(name, { up: true, lostSince: null });
    this.monitors = new Set(parts.names);
  }

  private get inside(): boolean {
    return this.parts.placement === "nodes";
  }

  /** Reads and writes of objects from this node: the canary, the image, its watchers. */
  ioWorks(node: string): boolean {
    const known = this.works.get(node);
    if (known !== undefined) return known;
    const works = this.computeIo(node);
    this.works.set(node, works);
    return works;
  }

  /** Map changes asked for from this node: blocklist, mark down. */
  monitorsAnswer(node: string): boolean {
    if (this.down || this.monitorsDown || !this.parts.powered(node)) return false;
    if (!this.inside) return this.parts.network.both(node, storageEnd, "ceph");
    return this.monitors.size > 0 && [...this.monitors].some((mon) => this.parts.network.both(node, mon, "ceph"));
  }

  /** How long a map change asked for now will take. */
  get mapChangeMs(): number {
    return mapChangeMs + Math.max(0, this.electionUntil - this.parts.queue.now);
  }

  readMs(node: string): number {
    return this.slow.has(node) ? slowMs : 60;
  }

  /** By the taker, for a host that serf calls dead. */
  markDown(host: string): void {
    const osd = this.osds.get(host);
    if (!this.inside || osd === undefined) return;
    osd.up = false;
    this.changed();
    if (osd.lostSince === null) this.parts.queue.after(comesBackMs, () => this.markUp(host));
  }

  /** The monitors lost one of theirs: every map change waits. */
  electFor(milliseconds: number): void {
    this.electionUntil = this.parts.queue.now + milliseconds;
  }

  changed(): void {
    this.works.clear();
    if (this.inside) this.followTopology();
    this.parts.onChange();
  }

  private computeIo(node: string): boolean {
    const { network, powered } = this.parts;
    if (this.down || !powered(node)) return false;
    if (!this.inside) return network.both(node, storageEnd, "ceph");
    let up = 0;
    for (const [host, osd] of this.osds) {
      if (!osd.up) continue;
      // A placement group waits for every OSD the map still calls up.
      if (osd.lostSince !== null || !network.both(node, host, "ceph")) return false;
      up += 1;
    }
    return up >= this.majority;
  }

  private get majority(): number {
    return Math.floor(this.osds.size / 2) + 1;
  }

  private followTopology(): void {
    const { names, network, powered, queue, tuned } = this.parts;
    const linked = (a: string, b: string): boolean => powered(a) && powered(b) && network.both(a, b, "ceph");
    let quorum: string[] = [];
    for (const name of names) {
      const group = names.filter((other) => linked(name, other));
      if (group.length > quorum.length) quorum = group;
    }
    if (quorum.length < this.majority) quorum = [];
    const speed = tuned ? "tuned" : "default";
    const left = [...this.monitors].some((name) => !quorum.includes(name));
    if (left || (this.monitors.size === 0 && quorum.length > 0)) this.electionUntil = queue.now + electionMs[speed];
    this.monitors = new Set(quorum);
    for (const [host, osd] of this.osds) {
      const reachable = quorum.includes(host);
      if (reachable && (osd.lostSince !== null || !osd.up)) {
        osd.lostSince = null;
        if (!osd.up) queue.after(comesBackMs, () => this.markUp(host));
      }
      if (!reachable && osd.lostSince === null) {
        osd.lostSince = queue.now;
        queue.after(markDownMs[speed], () => this.giveUp(host));
      }
    }
  }

  private giveUp(host: string): void {
    const osd = this.osds.get(host);
    if (osd?.lostSince === null || osd === undefined || !osd.up) return;
    const waited = this.parts.queue.now - osd.lostSince;
    const due = markDownMs[this.parts.tuned ? "tuned" : "default"];
    if (waited < due) return;
    if (this.monitors.size === 0 || this.monitorsDown) return this.parts.queue.after(1_000, () => this.giveUp(host));
    osd.up = false;
    this.changed();
  }

  private markUp(host: string): void {
    const osd = this.osds.get(host);
    if (osd === undefined || osd.lostSince !== null || osd.up) return;
    osd.up = true;
    this.changed();
  }
}
