import { z } from "zod";
import { say } from "@/contract/sentence";
import type { CephResult } from "@/suite/ceph/ceph-cli";
import { sessionOptions, sessionSource } from "@/suite/ceph/session-source";
import type { LineProcess, startLineProcess } from "@/suite/system/line-process";

/** A fresh connection takes 40 ms, with a monitor gone a few seconds. Longer is tried again. */
const connectSeconds = 15;
/** After the program ended. Shorter spins where python3-rados is missing; longer leaves takeovers to the slower commands. */
const restartMs = 5_000;

const answerSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.number(), ok: z.literal(true), value: z.unknown() }),
  z.object({ id: z.number(), ok: z.literal(false), because: z.string() }),
]);

export type SessionQuestion =
  | { readonly op: "mon"; readonly command: Readonly<Record<string, unknown>> }
  | { readonly op: "watchers" }
  | { readonly op: "canary"; readonly object: string; readonly locator: string; readonly text: string };

export interface SessionSetup {
  readonly user: string;
  readonly pool: string;
  readonly image: string;
}

/**
 * One connection to Ceph that is always open: a takeover asks over it in milliseconds where every `ceph` command costs most
 * of a second. It may be absent or stuck at any time; whoever asks has another way.
 */
export class CephSession {
  private process: LineProcess | null = null;
  private isReady = false;
  private stopped = false;
  private nextId = 1;
  private readonly waiting = new Map<number, (result: CephResult<unknown>) => void>();

  constructor(
    private readonly setup: SessionSetup,
    private readonly startProcess: typeof startLineProcess,
    private readonly onTrouble: (why: string) => void,
  ) {
    this.start();
  }

  get ready(): boolean {
    return this.isReady;
  }

  /** Null: not connected, so nothing was asked. Every other answer comes within the time given. */
  ask(question: SessionQuestion, timeoutMs: number): Promise<CephResult<unknown>> | null {
    const { process } = this;
    if (!this.isReady || process === null) return null;
    const id = this.nextId;
    this.nextId += 1;
    return new Promise((resolve) => {
      const settle = (result: CephResult<unknown>): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        resolve(result);
      };
      const late = {
        ok: false,
        because: say("ceph-late", { question: question.op, seconds: timeoutMs / 1000 }),
      } as const;
      const timer = setTimeout(() => settle(late), timeoutMs);
      this.waiting.set(id, settle);
      if (!process.write(JSON.stringify({ id, ...question })))
        settle({ ok: false, because: say("ceph-connection-ended") });
    });
  }

  /** It answers wrongly or not at all while Ceph does: begin afresh. */
  restart(): void {
    this.process?.kill();
  }

  stop(): void {
    this.stopped = true;
    this.process?.kill();
  }

  private start(): void {
    const setup = JSON.stringify({ ...this.setup, options: sessionOptions, connectSeconds });
    this.process = this.startProcess(["python3", "-u", "-c", sessionSource, setup], {
      onLine: (line) => this.note(line),
      onEnd: (why) => this.ended(why),
    });
  }

  private note(line: string): void {
    const parsed = answerSchema.safeParse(jsonOf(line));
    if (!parsed.success) return;
    const answer = parsed.data;
    if ("ready" in answer) this.isReady = true;
    else
      this.waiting.get(answer.id)?.(
        answer.ok ? { ok: true, value: answer.value } : { ok: false, because: answer.because },
      );
  }

  private ended(why: string): void {
    this.isReady = false;
    this.process = null;
    for (const settle of this.waiting.values())
      settle({ ok: false, because: say("ceph-connection-ended-by", { why }) });
    if (this.stopped) return;
    this.onTrouble(why);
    setTimeout(() => {
      if (!this.stopped) this.start();
    }, restartMs).unref();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
