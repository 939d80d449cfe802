import { type RunLock, runLockHolder } from "@/contract/run-lock";
import type { RunLockStore } from "@/server/ports/run-lock-store";

/** One cluster's `zsha/run` as Consul keeps it, without the clock: a session ends when the test says so. */
export class MemoryRunLock implements RunLockStore {
  #value: string | null = null;
  #holder: string | null = null;
  readonly #sessions = new Set<string>();
  #made = 0;
  /** No node's Consul answers, as before the first deployment. */
  isSilent = false;

  async read() {
    this.#answer();
    return this.#value === null ? null : { value: this.#value, session: this.#holder };
  }

  async createSession(): Promise<string> {
    this.#answer();
    const id = `session-${(this.#made += 1)}`;
    this.#sessions.add(id);
    return id;
  }

  async renewSession(session: string): Promise<boolean> {
    this.#answer();
    return this.#sessions.has(session);
  }

  async destroySession(session: string): Promise<void> {
    this.#answer();
    this.#sessions.delete(session);
    if (this.#holder === session) this.#holder = null;
  }

  async acquire(value: string, session: string): Promise<boolean> {
    this.#answer();
    if (!this.#sessions.has(session)) throw new Error(`Consul knows no ${session}`);
    if (this.#holder !== null && this.#holder !== session) return false;
    this.#holder = session;
    this.#value = value;
    return true;
  }

  /** Who holds it now; null: nobody. */
  holder(): RunLock | null {
    return this.#holder === null || this.#value === null ? null : runLockHolder(this.#value);
  }

  /** Somebody else's command, begun now; returns what ends it. */
  async takenByCommand(command: string): Promise<() => Promise<void>> {
    const session = await this.createSession();
    const lock = { holder: "zsha", runId: "command-1", kind: command, fence: null, actor: "ann", place: "ceph-2" };
    if (!(await this.acquire(JSON.stringify({ ...lock, at: "2026-01-01T00:00:00.000Z" }), session)))
      throw new Error("the lock is taken");
    return () => this.destroySession(session);
  }

  /** As after the time to live: the holder is gone or was not heard. */
  expire(): void {
    this.#sessions.clear();
    this.#holder = null;
  }

  #answer(): void {
    if (this.isSilent) throw new Error("no answer");
  }
}
