/** What a node's kernel counts, as follow-node.sh prints it. */
export interface NodeCounters {
  /** Seconds since the node's boot; moves evenly whatever happens to its clock. */
  uptime: number;
  /** The node's clock minus the panel's, in seconds, less the way here. */
  clockOffset: number | null;
  load: number | null;
  /** user, nice, system, idle, iowait, irq, softirq, steal; in ticks. */
  cpu: readonly number[];
  /** MemTotal and its like, in bytes. */
  memory: Readonly<Record<string, number>>;
  disks: ReadonlyMap<string, DiskCounters>;
  nics: ReadonlyMap<string, NicCounters>;
  /** Mount point → bytes. */
  fileSystems: ReadonlyMap<string, { size: number; used: number }>;
}

interface DiskCounters {
  reads: number;
  readBytes: number;
  readMs: number;
  writes: number;
  writtenBytes: number;
  writeMs: number;
  busyMs: number;
}

interface NicCounters {
  received: number;
  sent: number;
  /** Frames lost or broken, both ways. */
  faults: number;
}

const sectorBytes = 512;
const kib = 1024;
/** What is kept per node, by name, so that a history has an end; the totals count all of them. */
const disksMost = 16;
const nicsMost = 12;

interface Building extends NodeCounters {
  cpu: number[];
  memory: Record<string, number>;
  disks: Map<string, DiskCounters>;
  nics: Map<string, NicCounters>;
}

const blank = (fileSystems: NodeCounters["fileSystems"]): Building => ({
  uptime: Number.NaN,
  clockOffset: null,
  load: null,
  cpu: [],
  memory: {},
  disks: new Map(),
  nics: new Map(),
  fileSystems,
});

/** Lines into readings. A round that is cut short is told to nobody. */
export class CounterStream {
  #rest = "";
  readonly #fileSystems = new Map<string, { size: number; used: number }>();
  #building = blank(this.#fileSystems);

  constructor(
    private readonly tell: (counters: NodeCounters) => void,
    private readonly nowMs: () => number,
  ) {}

  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    const [kind = "", ...words] = line.trim().split(/\s+/);
    if (kind === "end") {
      if (Number.isFinite(this.#building.uptime)) this.tell(this.#building);
      this.#building = blank(new Map(this.#fileSystems));
      return;
    }
    const [name = ""] = words;
    const figures = words.map(Number);
    switch (kind) {
      case "at":
        this.#building.clockOffset = offset(figures[0], this.nowMs());
        break;
      case "uptime":
        this.#building.uptime = figures[0] ?? Number.NaN;
        break;
      case "load":
        this.#building.load = figures[0] ?? null;
        break;
      case "cpu":
        this.#building.cpu = figures.slice(0, 8);
        break;
      case "memory":
        this.#building.memory[name.replace(":", "")] = (figures[1] ?? Number.NaN) * kib;
        break;
      case "disk":
        if (this.#building.disks.size < disksMost) this.#building.disks.set(name, diskOf(figures));
        break;
      case "nic":
        if (this.#building.nics.size < nicsMost) this.#building.nics.set(name, nicOf(figures));
        break;
      case "fs":
        this.#fileSystems.set(name, { size: (figures[1] ?? 0) * kib, used: (figures[2] ?? 0) * kib });
        this.#building.fileSystems = new Map(this.#fileSystems);
        break;
    }
  }
}

const offset = (nodeSeconds: number | undefined, panelMs: number): number | null =>
  nodeSeconds === undefined || Number.isNaN(nodeSeconds) ? null : nodeSeconds - panelMs / 1000;

function diskOf([, reads, readSectors, readMs, writes, writtenSectors, writeMs, busyMs]: number[]): DiskCounters {
  const of = (value: number | undefined) => value ?? Number.NaN;
  return {
    reads: of(reads),
    readBytes: of(readSectors) * sectorBytes,
    readMs: of(readMs),
    writes: of(writes),
    writtenBytes: of(writtenSectors) * sectorBytes,
    writeMs: of(writeMs),
    busyMs: of(busyMs),
  };
}

const nicOf = ([, received, receiveFaults, sent, sendFaults]: number[]): NicCounters => ({
  received: received ?? Number.NaN,
  sent: sent ?? Number.NaN,
  faults: (receiveFaults ?? Number.NaN) + (sendFaults ?? Number.NaN),
});
