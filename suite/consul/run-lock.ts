import { consulKeys } from "@/contract/consul-keys";
import { AppError } from "@/contract/errors";
import { refusedByRunLock, type RunLock, runLockHolder } from "@/contract/run-lock";
import { say, type Sentence } from "@/contract/sentence";
import type { ConsulClient } from "@/suite/consul/consul-client";

/** Consul's least is 10 s. Shorter: three lost answers free the lock. Longer: a command killed -9 locks the others out (up to twice this). */
const lockTtlSeconds = 15;
const renewEveryMs = 4_000;

export type LockAnswer =
  | { readonly kind: "free" }
  | { readonly kind: "held"; readonly holder: RunLock | null }
  | { readonly kind: "unknown"; readonly because: Sentence };

export async function readRunLock(consul: ConsulClient): Promise<LockAnswer> {
  const read = await consul.read(consulKeys.run);
  if (read.kind === "unknown") return { kind: "unknown", because: read.because };
  // The read takes a prefix.
  const entry = read.entries.find(({ key }) => key === consulKeys.run);
  if (entry === undefined || entry.session === null) return { kind: "free" };
  return { kind: "held", holder: runLockHolder(entry.value) };
}

/** The lock of one command, held by a session bound to this node's health: a node that dies frees it at once. */
export class HeldRunLock {
  readonly #renewal: NodeJS.Timeout;

  private constructor(
    private readonly consul: ConsulClient,
    private readonly session: string,
  ) {
    this.#renewal = setInterval(() => void consul.renewSession(session), renewEveryMs);
    this.#renewal.unref();
  }

  /** Throws with the holder's name when somebody else has it. */
  static async take(consul: ConsulClient, record: RunLock): Promise<HeldRunLock> {
    const made = await consul.createSession(record.kind, lockTtlSeconds);
    if ("because" in made) throw unanswered(made.because);
    const written = await consul.acquire(consulKeys.run, JSON.stringify(record), made.id);
    if (written.kind === "done") return new HeldRunLock(consul, made.id);
    await consul.destroySession(made.id);
    if (written.kind === "unknown") throw unanswered(written.because);
    const now = await readRunLock(consul);
    throw refusedByRunLock(now.kind === "held" ? now.holder : null);
  }

  /** A session that cannot be ended now (Consul was just taken down) ends by itself. */
  async free(): Promise<void> {
    clearInterval(this.#renewal);
    await this.consul.destroySession(this.session);
  }
}

export const unanswered = (because: Sentence): AppError =>
  new AppError("consul-unreachable", say("run-lock-unknown", { why: because }), {
    advice: say("consul-majority"),
  });
