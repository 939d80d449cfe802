import type { LineProcess, startLineProcess } from "@/suite/system/line-process";

/** How exactly the seconds of detection can be told. Shorter only costs packets; longer than half of `echoFreshMs` calls a living owner dead. */
const everySeconds = 0.5;
/** After ping ended: no address yet, no such program. */
const restartMs = 5_000;

/** When the owner's node last answered an echo request: told in the record of a failover; a takeover waits for an owner that answers. */
export class OwnerPulse {
  private followed: string | null = null;
  private process: LineProcess | null = null;
  private seenAt: number | null = null;

  constructor(
    private readonly startProcess: typeof startLineProcess,
    private readonly clock: () => number,
  ) {}

  get aliveAt(): number | null {
    return this.seenAt;
  }

  /** Null: nobody else owns the VM. */
  follow(ip: string | null): void {
    if (ip === this.followed) return;
    this.followed = ip;
    this.seenAt = null;
    this.process?.kill();
    this.process = null;
    if (ip !== null) this.listen(ip);
  }

  private listen(ip: string): void {
    if (this.followed !== ip) return;
    this.process = this.startProcess(["ping", "-n", "-i", String(everySeconds), ip], {
      onLine: (line) => {
        if (this.followed === ip && line.includes("bytes from")) this.seenAt = this.clock();
      },
      onEnd: () => setTimeout(() => this.listen(ip), restartMs).unref(),
    });
  }
}
