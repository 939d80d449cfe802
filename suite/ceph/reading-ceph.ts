import type { z } from "zod";
import { say } from "@/contract/sentence";
import { blocklistSchema, type CephCli, type CephResult, openersSchema, parseCephJson } from "@/suite/ceph/ceph-cli";
import { CephSession, type SessionQuestion } from "@/suite/ceph/ceph-session";
import type { startLineProcess } from "@/suite/system/line-process";

/** Looks whether the connection is there. Longer is felt by a person; shorter is needless. */
const pollMs = 20;

/**
 * One look at Ceph by one process: every `ceph` command costs most of a second of a busy processor, and six beside each other
 * took so long that a healthy Ceph read as silent. Where the program cannot run the plain commands are asked instead; where it
 * is merely slow they are not, because they would be slower.
 */
export class ReadingCeph {
  private readonly session: CephSession;
  private readonly until: number;
  private isBroken = false;

  constructor(
    private readonly cli: CephCli,
    user: string,
    startProcess: typeof startLineProcess,
    private readonly timeoutMs: number,
  ) {
    this.until = performance.now() + timeoutMs;
    const setup = { user, pool: cli.pool, image: cli.image };
    this.session = new CephSession(setup, startProcess, () => {
      this.isBroken = true;
    });
  }

  close(): void {
    this.session.stop();
  }

  report<T extends z.ZodType>(words: readonly string[], schema: T): Promise<CephResult<z.infer<T>>> {
    const prefix = words.join(" ");
    return this.ask(
      { op: "mon", command: { prefix, format: "json" } },
      prefix,
      (value) => schema.safeParse(typeof value === "string" ? parseCephJson(value) : null),
      (leftMs) => this.cli.report(words, schema, leftMs),
    );
  }

  async blocklist(): Promise<CephResult<string[]>> {
    const found = await this.report(["osd", "blocklist", "ls"], blocklistSchema);
    return found.ok ? { ok: true, value: found.value.map((entry) => entry.addr) } : found;
  }

  async watchers(): Promise<CephResult<string[]>> {
    const found = await this.ask(
      { op: "watchers" },
      "watchers",
      (value) => openersSchema.safeParse(value),
      async (leftMs) => {
        const watchers = await this.cli.watchers(leftMs);
        return watchers.ok ? { ok: true, value: { watchers: watchers.value, holders: [] } } : watchers;
      },
    );
    return found.ok ? { ok: true, value: found.value.watchers } : found;
  }

  private async ask<T>(
    question: SessionQuestion,
    name: string,
    read: (value: unknown) => { success: true; data: T } | { success: false },
    command: (leftMs: number) => Promise<CephResult<T>>,
  ): Promise<CephResult<T>> {
    const left = (): number => Math.max(0, this.until - performance.now());
    while (!this.session.ready && !this.isBroken && left() > 0)
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    const asked = this.isBroken ? null : this.session.ask(question, left());
    if (asked === null) {
      if (this.isBroken && left() > 0) return command(left());
      return { ok: false, because: say("ceph-late", { question: name, seconds: this.timeoutMs / 1000 }) };
    }
    const answer = await asked;
    if (!answer.ok) return this.isBroken && left() > 0 ? command(left()) : answer;
    const parsed = read(answer.value);
    return parsed.success
      ? { ok: true, value: parsed.data }
      : { ok: false, because: say("ceph-answer-odd", { question: name }) };
  }
}
