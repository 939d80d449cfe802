import type { Queue } from "@/suite/core/simulation/queue";
import type { SimStorage } from "@/suite/core/simulation/sim-storage";

/** One QEMU process with the image open. */
export interface Qemu {
  readonly node: string;
  /** What its metadata say; null: started by hand. */
  startId: string | null;
  epoch: number | null;
  readonly configVersion: number | null;
  readonly address: string;
  readonly openedAt: number;
  state: "running" | "paused";
  reason: "io-error" | "migrated" | "other";
  alive: boolean;
  /** SIGSTOP: libvirt goes on calling it running. */
  frozen: boolean;
  /** Storage refused a request of it once: its own view of the disk can no longer be trusted. */
  refused: boolean;
  /** Folder: the file server gave its lock to another and takes no write of it any more. */
  lockLost: boolean;
  bootedAt: number;
}

/** How long a dead or silent client's watch lingers (osd_client_watch_timeout). */
const watchTimeoutMs = 30_000;
/** A fenced guest meets its next write within this time. */
const nextWriteMs = 650;

/** An NFS server's: a client it has not heard of for so long loses its locks to whoever asks for them. */
const fileLeaseMs = 90_000;

interface Watch {
  readonly qemu: Qemu;
  /** Null: in touch with the OSD. */
  silentSince: number | null;
}

/** Test builds of the storage in which something that keeps two writers apart is missing: the witness must see it. */
export interface Weakness {
  /** Blocklist entries end after this long. */
  readonly expiryMs: number;
  /** Blocklisting is answered and not done. */
  readonly noFence: boolean;
}

/** The image, who has it open and who is shut out. RBD's lock is cooperative, so only the blocklist keeps a writer out. */
export class SimImage {
  weakness: Weakness = { expiryMs: Number.POSITIVE_INFINITY, noFence: false };
  private watches: Watch[] = [];
  private readonly blocked = new Map<string, number>();
  private nonce = 100;
  /** Holder of RBD's exclusive lock: who wrote last. Its entry outlives the watch, until a clean close or the next writer. */
  private writer: Qemu | null = null;
  /** Folder: since when the file server has not heard of a QEMU's kernel. Gone QEMUs of lost nodes among them. */
  private readonly unheard = new Map<Qemu, number>();

  constructor(
    private readonly queue: Queue,
    private readonly storage: SimStorage,
    private readonly folder: boolean,
    private readonly onChange: (node: string) => void,
  ) {}

  open(node: string, marks: Pick<Qemu, "startId" | "epoch" | "configVersion" | "state">): Qemu {
    this.nonce += 1;
    const qemu: Qemu = {
      node,
      ...marks,
      address: this.folder ? `file:${node}` : `${node}:0/${this.nonce}`,
      openedAt: this.queue.now,
      reason: "other",
      alive: true,
      frozen: false,
      refused: false,
      lockLost: false,
      bootedAt: this.queue.now,
    };
    this.watches.push({ qemu, silentSince: null });
    return qemu;
  }

  /** Killed, power lost or destroyed on hung storage: the watch lingers. A clean close takes it along. */
  close(qemu: Qemu, clean: boolean, kernelAnswers: boolean): void {
    this.noteWriter();
    qemu.alive = false;
    if (clean && this.storage.ioWorks(qemu.node) && this.writer === qemu) this.writer = null;
    const watch = this.watches.find((entry) => entry.qemu === qemu);
    // A kernel that lives and reaches the server gives the lock back, however its process ended.
    if (this.folder && kernelAnswers) this.unheard.delete(qemu);
    else if (this.folder && !this.unheard.has(qemu)) this.unheard.set(qemu, this.queue.now);
    if (clean && this.storage.ioWorks(qemu.node)) this.watches = this.watches.filter((entry) => entry !== watch);
    else if (watch !== undefined) watch.silentSince ??= this.queue.now;
    this.onChange(qemu.node);
  }

  /** Reachability or a QEMU's own state changed: a client out of touch loses its watch after a while, one back in touch has it again. */
  refresh(): void {
    const { now } = this.queue;
    this.noteWriter();
    this.watches = this.watches.filter(
      (watch) => watch.qemu.alive || watch.silentSince === null || now - watch.silentSince < watchTimeoutMs,
    );
    if (this.folder) this.noteUnheard();
    for (const watch of this.watches) {
      const inTouch = watch.qemu.alive && !watch.qemu.frozen && this.storage.ioWorks(watch.qemu.node);
      if (!inTouch) watch.silentSince ??= now;
      else watch.silentSince = null;
      this.meetFence(watch.qemu);
    }
  }

  /** Folder: a QEMU of another node keeps the image from this one. Asking is what ends the lock of one that was silent too long. */
  isLockedFor(node: string): boolean {
    const { now } = this.queue;
    for (const [qemu, since] of this.unheard) {
      if (now - since < fileLeaseMs) continue;
      this.unheard.delete(qemu);
      qemu.lockLost = true;
    }
    const living = this.watches.some(({ qemu }) => qemu.alive && !qemu.lockLost && qemu.node !== node);
    return living || [...this.unheard.keys()].some((qemu) => !qemu.alive);
  }

  private noteUnheard(): void {
    for (const { qemu } of this.watches) {
      if (!qemu.alive || qemu.lockLost) continue;
      if (this.storage.ioWorks(qemu.node)) this.unheard.delete(qemu);
      else if (!this.unheard.has(qemu)) this.unheard.set(qemu, this.queue.now);
    }
  }

  /** What a fence lists: who watches the image, and who holds its lock. */
  openers(): string[] {
    this.noteWriter();
    const holder =
      this.writer === null || this.folder || this.isBlocked(this.writer.address) ? [] : [this.writer.address];
    return [...new Set([...this.watchers(), ...holder])];
  }

  /** A guest writes without end, so whoever may write does. */
  private noteWriter(): void {
    const writing = this.watches.find(({ qemu }) => this.accepts(qemu));
    if (writing !== undefined) this.writer = writing.qemu;
  }

  watchers(): string[] {
    if (this.folder) return [];
    return this.watches
      .filter((watch) => watch.silentSince === null || this.queue.now - watch.silentSince < watchTimeoutMs)
      .map((watch) => watch.qemu.address)
      .filter((address) => !this.isBlocked(address));
  }

  blocklist(address: string): void {
    if (this.weakness.noFence || this.folder) return;
    this.blocked.set(address, this.queue.now + this.weakness.expiryMs);
    // The OSD drops the watch of a fenced client at once; only a living one can come back, when its entry is gone.
    this.watches = this.watches.filter(({ qemu }) => qemu.address !== address || qemu.alive);
    for (const { qemu } of this.watches) if (qemu.address === address) this.meetFence(qemu);
  }

  lift(address: string): void {
    this.blocked.delete(address);
  }

  isBlocked(address: string): boolean {
    const until = this.blocked.get(address);
    return until !== undefined && this.queue.now < until;
  }

  blocklistEntries(): string[] {
    return [...this.blocked.keys()].filter((address) => this.isBlocked(address));
  }

  /** Storage would take a write of it now. */
  accepts(qemu: Qemu): boolean {
    return this.mayWrite(qemu) && !this.storage.full && this.storage.ioWorks(qemu.node);
  }

  /** Its vCPUs run and nothing shuts it out, whether it reaches the storage now or later. */
  mayWrite(qemu: Qemu): boolean {
    return qemu.alive && !qemu.frozen && qemu.state === "running" && !this.isShutOut(qemu);
  }

  private isShutOut(qemu: Qemu): boolean {
    return qemu.lockLost || this.isBlocked(qemu.address);
  }

  /** A running QEMU keeps writing: it notices a fence, or a full pool, as soon as it reaches the storage. */
  meetFence(qemu: Qemu): void {
    const refused = (): boolean => this.isShutOut(qemu) || this.storage.full;
    const writes = (): boolean =>
      qemu.alive && !qemu.frozen && qemu.state === "running" && refused() && this.storage.ioWorks(qemu.node);
    if (!writes()) return;
    this.queue.after(nextWriteMs, () => {
      if (!writes()) return;
      qemu.state = "paused";
      qemu.reason = "io-error";
      qemu.refused = this.isShutOut(qemu);
      this.onChange(qemu.node);
    });
  }
}
