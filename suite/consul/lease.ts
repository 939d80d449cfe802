import { Worker } from "node:worker_threads";
import { z } from "zod";
import type { LeaseSeen } from "@/suite/core/seen";
import { leaseTtlMs } from "@/suite/core/timing";
import type { ConsulClient } from "@/suite/consul/consul-client";
import { leaseWorkerSource } from "@/suite/consul/lease-worker";

/** Several tries fit into the TTL even when each runs into its deadline. Longer: less lease is left when a takeover needs it. */
const renewEveryMs = 3_000;
/** A healthy answer takes 20 ms. One on its way to a leader that died never comes; the next finds the new leader. */
const renewTimeoutMs = 1_000;
/** After a renewal without an answer. Shorter hammers an agent that is electing; longer lets the lease run short meanwhile. */
const renewAgainMs = 300;
/** A new session is asked for at most this often while Consul is out. */
const createEveryMs = 1_000;

const reportSchema = z.object({
  session: z.string().nullable(),
  state: z.enum(["held", "lost", "unknown"]),
  validUntil: z.number(),
  reason: z.string(),
});

/**
 * This node's one session. 404 on renewal means lost for sure; anything else leaves the lease to run out by itself.
 * A lost session is replaced at once: the node must be able to take its own lock back before others notice.
 */
export class Lease {
  private readonly worker: Worker;
  private session: string | null = null;
  private creating = false;
  private lastCreate = 0;
  private ended = false;

  constructor(
    private readonly consul: ConsulClient,
    private readonly name: string,
    token: string,
    private readonly clock: () => number,
    private readonly onChange: (lease: LeaseSeen, reason: string) => void,
    address = { host: "127.0.0.1", port: 8500 },
  ) {
    this.worker = new Worker(leaseWorkerSource, {
      eval: true,
      workerData: {
        token,
        ttlMs: leaseTtlMs,
        everyMs: renewEveryMs,
        timeoutMs: renewTimeoutMs,
        againMs: renewAgainMs,
        ...address,
      },
    });
    this.worker.on("message", (message) => this.note(reportSchema.parse(message)));
    // Without its renewals this daemon would lose the VM to another node: let systemd start it afresh.
    this.worker.on("error", (error) => {
      throw new Error("the lease thread ended", { cause: error });
    });
  }

  /** Takes a session over that an earlier process of this node left, or asks for a new one. */
  begin(remembered: string | null): void {
    if (remembered === null) void this.create();
    else this.use(remembered);
  }

  get id(): string | null {
    return this.session;
  }

  /** Something suggests that the session is gone: ask now instead of at the next renewal. */
  check(): void {
    if (this.session === null) void this.create();
    else this.worker.postMessage({ session: this.session });
  }

  async end(): Promise<void> {
    this.ended = true;
    await this.worker.terminate();
  }

  private use(session: string): void {
    this.session = session;
    this.worker.postMessage({ session });
  }

  private note(report: z.infer<typeof reportSchema>): void {
    if (report.session === null || report.session !== this.session) return;
    if (report.state === "lost") {
      this.session = null;
      this.onChange({ session: null, validUntil: this.clock(), lost: true }, report.reason);
      void this.create();
      return;
    }
    if (report.state === "held")
      this.onChange({ session: report.session, validUntil: report.validUntil, lost: false }, "");
  }

  private async create(): Promise<void> {
    if (this.creating || this.ended || this.session !== null) return;
    const wait = this.lastCreate + createEveryMs - this.clock();
    this.creating = true;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    this.lastCreate = this.clock();
    const made = await this.consul.createSession(this.name, leaseTtlMs / 1000);
    this.creating = false;
    if (this.ended) return;
    if ("id" in made) this.use(made.id);
    else void this.create();
  }
}
