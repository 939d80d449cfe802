// Which QEMUs of the management VM live on which node and whether their CPUs run: from the machine's own process table,
// in which the nodes' processes are ordinary ones. Asks neither libvirt nor the suite.
import { readdirSync, readFileSync } from "node:fs";
import { managementVmDomainName } from "@/contract/ha-config";
import { NAME_PREFIX } from "@/lab/plan";
import type { QemuLife } from "@/testing/witness/history";

/** Shorter costs CPU the guest needs; longer blurs who ran when. */
const lookEveryMs = 200;
/** A process takes its name a moment after it appears (fork, then exec). */
const namingMs = 3_000;

interface Watched extends QemuLife {
  pid: number;
  ticks: number;
}

export class ProcessWatch {
  private readonly firstSeen = new Map<number, number>();
  private lives: Watched[] = [];
  private readonly timer = setInterval(() => this.look(Date.now()), lookEveryMs);

  get all(): readonly QemuLife[] {
    return this.lives;
  }

  /** Those that exist now, frozen ones included. */
  alive(now = Date.now()): readonly QemuLife[] {
    this.look(now);
    return this.lives.filter((life) => life.seenTo === now);
  }

  forgetTheDead(): void {
    const living = new Set(this.alive().map(({ id }) => id));
    this.lives = this.lives.filter(({ id }) => living.has(id)).map((life) => ({ ...life, ranFrom: null, ranTo: null }));
  }

  name(id: string, address: string): void {
    const life = this.lives.find((one) => one.id === id);
    if (life !== undefined) life.address ??= address;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(now: number): void {
    const pids = new Set(
      readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number),
    );
    for (const pid of this.firstSeen.keys()) if (!pids.has(pid)) this.firstSeen.delete(pid);
    for (const pid of pids) {
      const since = this.firstSeen.get(pid);
      if (since === undefined) this.firstSeen.set(pid, now);
      if (since === undefined || now - since < namingMs) this.meet(pid, now);
    }
    for (const life of this.lives) this.follow(life, now);
  }

  private meet(pid: number, now: number): void {
    const argv = read(`/proc/${pid}/cmdline`).split("\0");
    if (!argv[0]?.includes("qemu-system-") || !argv.some((word) => word.startsWith(`guest=${managementVmDomainName},`)))
      return;
    const id = identity(pid);
    const node = new RegExp(`/${NAME_PREFIX}(ceph-\\d+)`).exec(read(`/proc/${pid}/cgroup`))?.[1];
    if (id === null || node === undefined || this.lives.some((life) => life.id === id)) return;
    this.lives.push({
      id,
      pid,
      node,
      epoch: Number(/env EPOCH=(\d+)/.exec(argv.join(" "))?.[1] ?? Number.NaN),
      isIncoming: argv.includes("-incoming"),
      seenFrom: now,
      seenTo: now,
      ranFrom: null,
      ranTo: null,
      address: null,
      ticks: cpuTicks(pid),
    });
  }

  private follow(life: Watched, now: number): void {
    if (life.seenTo === now || identity(life.pid) !== life.id) return;
    life.seenTo = now;
    const ticks = cpuTicks(life.pid);
    if (ticks > life.ticks) {
      life.ranFrom ??= now;
      life.ranTo = now;
    }
    life.ticks = ticks;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const statFields = (path: string): string[] => {
  const stat = read(path);
  return stat === "" ? [] : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
};

/** Pid and start time; a zombie writes nothing any more and counts as gone. */
function identity(pid: number): string | null {
  const fields = statFields(`/proc/${pid}/stat`);
  return fields[19] === undefined || fields[0] === "Z" || fields[0] === "X" ? null : `${pid}@${fields[19]}`;
}

/** User and system time of the virtual CPUs' threads only: others of QEMU's threads work while the guest stands still. */
function cpuTicks(pid: number): number {
  let threads: string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return 0;
  }
  return threads
    .map((thread) => `/proc/${pid}/task/${thread}`)
    .filter((path) => read(`${path}/comm`).startsWith("CPU "))
    .reduce((sum, path) => {
      const fields = statFields(`${path}/stat`);
      return sum + Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
    }, 0);
}
