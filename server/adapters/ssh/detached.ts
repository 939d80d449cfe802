import { createHash } from "node:crypto";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import { shellFile } from "@/lib/shell-file";
import type { ExecOptions } from "@/server/adapters/ssh/exec-command";
import { KeptOutput } from "@/server/adapters/ssh/kept-output";
import type { CommandOptions, CommandResult, DetachedUnitId } from "@/server/ports/remote-host";

/** Exit codes of detached-runner.sh. */
const runnerExit = {
  ended: 0,
  stillRunning: 75,
  vanished: 76,
  unknownUnit: 77,
  refusedFence: 90,
  notStarted: 91,
} as const;
/** One `follow` lasts this long at most, so that a panel that died leaves no loop behind on the node. */
const followSeconds = 60;
/** Added for the answer to travel; a follow that overstays this is on a dead connection. */
const followGraceMs = 15_000;
/** Includes the runner's 20 s wait for its lock. */
const shortCallTimeoutMs = 40_000;
/** TERM, 20 s, KILL, and the runner's own look afterwards. */
const stopTimeoutMs = 60_000;
/** Between attempts to get back to a node. Longer is seen as lag after a short cut; shorter hammers a booting node. */
const reconnectPauseMs = { first: 200, most: 3_000 } as const;

export interface DetachedPlaces {
  /** Survives reboots: /var/lib/trivet. */
  stateDirectory: string;
  /** Gone after a reboot, not readable by others: /run/trivet. Secrets pass through it. */
  runDirectory: string;
}

/** What detached work needs of its host. */
export interface DetachedHost {
  node: string;
  exec(argv: readonly string[], options: ExecOptions): Promise<CommandResult>;
  writeFile(path: string, content: string, options: { mode: number }): Promise<void>;
}

export function detachedUnitName(id: DetachedUnitId): string {
  const name = `trivet-${id.run}-${id.step}-${id.attempt}`;
  if (!/^[A-Za-z0-9_.-]{1,200}$/.test(name)) throw new RangeError(`"${name}" cannot name a systemd unit`);
  return name;
}

export class DetachedWork {
  #runner: Promise<string> | null = null;

  constructor(
    private readonly host: DetachedHost,
    private readonly places: DetachedPlaces,
  ) {}

  async exec(
    id: DetachedUnitId,
    argv: readonly string[],
    options: CommandOptions & { fence: number },
  ): Promise<CommandResult> {
    const unit = detachedUnitName(id);
    const clock = new Clock(options);
    const started = await this.#start(unit, argv, options, clock);
    return started ?? (await this.#follow(unit, options, clock));
  }

  async stop(id: DetachedUnitId): Promise<void> {
    const unit = detachedUnitName(id);
    const result = await this.#call(["stop", this.#steps, unit], { timeoutMs: stopTimeoutMs });
    if (result.kind === "exited" && result.code === 0) return;
    throw new AppError("command-outcome-unknown", say("unit-not-seen-to-end", { node: this.host.node, unit }), {
      facts: { node: this.host.node, unit, stderr: lastLine(result.stderr) },
      advice: say("unit-look", { unit }),
    });
  }

  get #steps(): string {
    return `${this.places.stateDirectory}/steps`;
  }

  /** Null once the unit is certainly there; a result when it will never be. Repeats until the answer arrives: starting is idempotent. */
  async #start(
    unit: string,
    argv: readonly string[],
    options: CommandOptions & { fence: number },
    clock: Clock,
  ): Promise<CommandResult | null> {
    const stdin = options.stdin === undefined ? undefined : Buffer.from(options.stdin);
    const call = ["start", this.#steps, this.places.runDirectory, unit, String(options.fence), shellQuote(argv)];
    for (let sent = false; ; ) {
      const ended = clock.ended();
      if (ended) return ended;
      const result = await this.#attempt(
        [...call, String(stdin?.length ?? 0)],
        {
          timeoutMs: Math.min(shortCallTimeoutMs, clock.leftMs()),
          ...(stdin === undefined ? {} : { stdin }),
          ...(options.signal ? { signal: options.signal } : {}),
        },
        sent,
      );
      if (result?.kind === "exited") {
        if (result.code === 0) return null;
        if (result.code === runnerExit.refusedFence) return result;
        throw new AppError(
          "command-failed",
          say("unit-not-started", { node: this.host.node, unit, said: lastLine(result.stderr) }),
          {
            facts: { node: this.host.node, unit, code: result.code, stderr: lastLine(result.stderr) },
            advice: say("unit-start-look"),
          },
        );
      }
      sent ||= result !== null;
      await clock.pauseBeforeReconnect();
    }
  }

  async #follow(unit: string, options: CommandOptions, clock: Clock): Promise<CommandResult> {
    const seen = {
      stdout: new KeptOutput((text) => options.onOutput?.("stdout", text)),
      stderr: new KeptOutput((text) => options.onOutput?.("stderr", text)),
    };
    const rest = () => ({ stdout: seen.stdout.end(), stderr: seen.stderr.end(), seconds: clock.seconds() });
    for (;;) {
      const ended = clock.ended();
      if (ended) return { ...ended, ...rest() };
      const offsets = [String(seen.stdout.bytes), String(seen.stderr.bytes)];
      const seconds = Math.max(1, Math.min(followSeconds, Math.ceil(clock.leftMs() / 1000)));
      const result = await this.#attempt(
        ["follow", this.#steps, unit, ...offsets, String(seconds)],
        {
          timeoutMs: Math.min(seconds * 1000 + followGraceMs, clock.leftMs()),
          ...(options.signal ? { signal: options.signal } : {}),
          onData: (stream, data) => seen[stream].add(data),
        },
        true,
      );
      if (result?.kind === "exited") {
        clock.connected();
        if (result.code === runnerExit.stillRunning) continue;
        if (result.code === runnerExit.unknownUnit)
          return { kind: "disconnected", reason: `the node has no trace of ${unit} any more`, ...rest() };
        const outcome = await this.#outcome(unit, clock);
        if (outcome !== null) return { ...outcome, ...rest() };
      }
      await clock.pauseBeforeReconnect();
    }
  }

  /** How the unit ended, or null when the node could not be asked just now or the command still runs. */
  async #outcome(
    unit: string,
    clock: Clock,
  ): Promise<
    | { kind: "exited"; code: number }
    | { kind: "signalled"; signal: string }
    | { kind: "disconnected"; reason: string }
    | null
  > {
    const timeoutMs = Math.min(shortCallTimeoutMs, clock.leftMs());
    const result = await this.#attempt(["state", this.#steps, unit], { timeoutMs }, true);
    if (result?.kind !== "exited" || result.code !== 0) return null;
    const facts = new Map(
      result.stdout.split("\n").map((line): [string, string] => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
    const [how, what] = (facts.get("status") ?? "").split(" ");
    if (how === "exited" && what !== undefined) return { kind: "exited", code: Number(what) };
    if (how === "signalled" && what !== undefined) return { kind: "signalled", signal: what };
    if (facts.get("boot") !== facts.get("boot_now"))
      return { kind: "disconnected", reason: `the node restarted while ${unit} ran` };
    if (facts.get("alive") === "no")
      return { kind: "disconnected", reason: `${unit} is gone from the node without having said how it ended` };
    return null;
  }

  /** Null: nothing could be sent. The first attempt's refusal is thrown; after something was sent, only a changed key is. */
  async #attempt(call: readonly string[], options: ExecOptions, patient: boolean): Promise<CommandResult | null> {
    try {
      return await this.#call(call, options);
    } catch (error) {
      this.#runner = null;
      const mayPass = error instanceof AppError && error.code === "node-unreachable";
      if (patient && mayPass) return null;
      throw error;
    }
  }

  async #call(call: readonly string[], options: ExecOptions): Promise<CommandResult> {
    const runner = await (this.#runner ??= this.#installRunner());
    return await this.host.exec(["/bin/sh", runner, ...call], options);
  }

  /** The name carries the content's hash: a newer panel never changes a script an older unit is reading. */
  async #installRunner(): Promise<string> {
    const text = shellFile("server/adapters/ssh/detached-runner.sh");
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const path = `${this.places.stateDirectory}/runner-${hash}.sh`;
    const there = await this.host.exec(["test", "-s", path], { timeoutMs: shortCallTimeoutMs });
    if (there.kind !== "exited" || there.code !== 0) await this.host.writeFile(path, text, { mode: 0o700 });
    return path;
  }
}

class Clock {
  readonly #startedAt = performance.now();
  #pauseMs: number = reconnectPauseMs.first;

  constructor(private readonly options: CommandOptions) {}

  seconds(): number {
    return (performance.now() - this.#startedAt) / 1000;
  }

  leftMs(): number {
    return Math.max(0, this.options.timeoutMs - (performance.now() - this.#startedAt));
  }

  ended(): CommandResult | null {
    const rest = { stdout: "", stderr: "", seconds: this.seconds() };
    if (this.options.signal?.aborted) return { kind: "cancelled", ...rest };
    return this.leftMs() === 0 ? { kind: "timed-out", ...rest } : null;
  }

  connected(): void {
    this.#pauseMs = reconnectPauseMs.first;
  }

  async pauseBeforeReconnect(): Promise<void> {
    const pauseMs = Math.min(this.#pauseMs * (0.7 + Math.random() * 0.6), this.leftMs());
    this.#pauseMs = Math.min(this.#pauseMs * 2, reconnectPauseMs.most);
    await new Promise((resume) => setTimeout(resume, pauseMs));
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
