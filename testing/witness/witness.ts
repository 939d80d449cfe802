// An observer beside the suite, not part of it: hears the guest's acknowledgements, watches the machine's processes and
// Ceph, reads the ring, and judges. Imports nothing of suite/.
import type { PlannedNode } from "@/lab/plan";
import { AckListener } from "@/testing/witness/ack-listener";
import { judge, type Verdict } from "@/testing/witness/check";
import type { Ack, History, QemuLife, StoppedSpan } from "@/testing/witness/history";
import { ProcessWatch } from "@/testing/witness/process-watch";
import { type RunOnNode, type StorageLook, StorageWatch } from "@/testing/witness/storage-watch";

export interface WitnessReport {
  verdict: Verdict;
  /** Boots of the guest in this run, first to last. */
  boots: { boot: string; epoch: number; node: string; firstAt: number; lastAt: number; acks: number }[];
  /** Longest time without an acknowledgement, the run's begin and end included. */
  longestSilenceMs: number;
  rings: number;
  history: History;
}

export class Witness {
  private stopped: StoppedSpan[] = [];
  private began = Date.now();

  private constructor(
    readonly acks: AckListener,
    private readonly processes: ProcessWatch,
    readonly storage: StorageWatch,
  ) {}

  static async start(nodes: readonly PlannedNode[], pool: string, run: RunOnNode): Promise<Witness> {
    const processes = new ProcessWatch();
    const onLook = (look: StorageLook): void => matchAddresses(nodes, look, processes);
    const names = nodes.map(({ name }) => name);
    return new Witness(await AckListener.start(), processes, new StorageWatch(run, names, pool, onLook));
  }

  /** What came before is forgotten, except who runs and who is shut out. */
  beginRun(): void {
    this.began = Date.now();
    this.acks.forget();
    this.processes.forgetTheDead();
    this.storage.rings = [];
    this.stopped = [];
  }

  get last(): Ack | null {
    return this.acks.last;
  }

  alive(): readonly QemuLife[] {
    return this.processes.alive();
  }

  /** The operator stopped the machine, and later wants it again: nothing may start in between. */
  noteStopped(): void {
    this.stopped.push({ from: Date.now(), to: null });
  }

  noteStartWanted(): void {
    this.stopped = this.stopped.map((span) => (span.to === null ? { ...span, to: Date.now() } : span));
  }

  /** Reads the ring one last time and judges. Needs storage that answers. */
  async endRun(startRecords: readonly string[]): Promise<WitnessReport> {
    await this.storage.look(true);
    const history: History = {
      acks: this.acks.acks,
      rings: this.storage.rings,
      qemus: this.processes.all,
      blocks: [...this.storage.blocks.values()],
      stopped: this.stopped,
      startRecords,
    };
    return {
      verdict: judge(history),
      ...describeAcks(history.acks, this.began, Date.now()),
      rings: history.rings.length,
      history,
    };
  }

  async stop(): Promise<void> {
    this.processes.stop();
    await this.storage.stop();
    this.acks.stop();
  }
}

/** A watcher belongs to the one QEMU of its node that has no address yet and lives. */
function matchAddresses(nodes: readonly PlannedNode[], look: StorageLook, processes: ProcessWatch): void {
  const alive = processes.alive();
  const known = new Set(processes.all.map(({ address }) => address));
  for (const { name, storageIp, managementIp } of nodes) {
    const here = alive.filter((life) => life.node === name);
    const open = look.watchers.filter(
      (address) => [storageIp, managementIp].some((ip) => address.startsWith(`${ip}:`)) && !known.has(address),
    );
    const [life] = here.filter(({ address }) => address === null);
    const [address] = open;
    if (life !== undefined && address !== undefined && open.length === 1) processes.name(life.id, address);
  }
}

export function describeAcks(
  all: readonly Ack[],
  from: number,
  to: number,
): Pick<WitnessReport, "boots" | "longestSilenceMs"> {
  const boots = new Map<string, WitnessReport["boots"][number]>();
  let longestSilenceMs = 0;
  let before = from;
  for (const { ok, boot, epoch, node, at } of all) {
    if (!ok) continue;
    longestSilenceMs = Math.max(longestSilenceMs, at - before);
    before = at;
    const known = boots.get(boot);
    if (known === undefined) boots.set(boot, { boot, epoch, node, firstAt: at, lastAt: at, acks: 1 });
    else Object.assign(known, { lastAt: at, acks: known.acks + 1 });
  }
  return { boots: [...boots.values()], longestSilenceMs: Math.max(longestSilenceMs, to - before) };
}
