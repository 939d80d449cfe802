import { randomUUID } from "node:crypto";
import { builtInCommands } from "@/testing/scripted-cluster/built-in-commands";
import { runnerCommand } from "@/testing/scripted-cluster/scripted-runner";

/** One command as the node received it. */
export interface ScriptedCall {
  readonly argv: readonly string[];
  readonly stdin: Buffer;
  readonly node: ScriptedNode;
  /** Aborted when whoever asked is gone, when the unit is stopped, and when the node loses power. */
  readonly signal: AbortSignal;
  say(stream: "stdout" | "stderr", text: string | Buffer): void;
}
export interface ScriptedAnswer {
  code?: number;
  signal?: string;
  stdout?: string | Buffer;
  stderr?: string;
}
/** Undefined: not mine, ask the next one. */
export type ScriptedCommand = (call: ScriptedCall) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

export interface ScriptedFile {
  content: Buffer;
  mode: number;
  owner: string;
}
export interface ScriptedUnit {
  boot: string;
  stdout: Buffer;
  stderr: Buffer;
  /** "exited N" or "signalled NAME" once it ended and could say so. */
  status: string | null;
  alive: boolean;
  stop: AbortController;
}

/** OpenSSH texts. */
export interface ScriptedHostKey {
  private: string;
  public: string;
}

export interface ScriptedNodeOptions {
  name: string;
  address?: string;
  /** Of the SSH server; 0 = any free one. */
  port?: number;
  /** Asked before the built-in commands. */
  commands?: readonly ScriptedCommand[];
  files?: Readonly<Record<string, string>>;
  /** A password root may log in with; null: keys only. */
  password?: string | null;
  authorizedKeys?: readonly string[];
  /** Absent: a new machine with a new key each time. */
  machineId?: string;
  hostKey?: ScriptedHostKey;
}

/** State of one pretended node: what is on its disk, what runs, which boot it is in. Knows nothing of SSH. */
export class ScriptedNode {
  readonly name: string;
  readonly address: string;
  readonly machineId: string;
  readonly files = new Map<string, ScriptedFile>();
  readonly units = new Map<string, ScriptedUnit>();
  readonly authorizedKeys: string[];
  readonly password: string | null;
  readonly commands: ScriptedCommand[];
  /** Every command that was received, oldest first; what a test asserts on. */
  readonly received: { argv: readonly string[]; at: number }[] = [];
  bootId: string = randomUUID();
  highestFence = 0;
  poweredOn = true;
  #power = new AbortController();

  constructor(options: ScriptedNodeOptions) {
    this.name = options.name;
    this.address = options.address ?? "127.0.0.1";
    this.password = options.password ?? null;
    this.machineId = options.machineId ?? randomUUID().replaceAll("-", "");
    this.authorizedKeys = [...(options.authorizedKeys ?? [])];
    this.commands = [...(options.commands ?? []), runnerCommand, ...builtInCommands];
    for (const [path, content] of Object.entries(options.files ?? {})) this.write(path, content);
  }

  get power(): AbortSignal {
    return this.#power.signal;
  }

  write(path: string, content: string | Buffer, mode = 0o644, owner = "root"): void {
    this.files.set(path, { content: Buffer.from(content), mode, owner });
  }

  read(path: string): string | null {
    return this.files.get(path)?.content.toString() ?? null;
  }

  /** Everything that runs stops without a word; what is on disk stays. */
  powerOff(): void {
    this.poweredOn = false;
    this.#power.abort();
    for (const unit of this.units.values()) unit.alive = false;
    for (const path of this.files.keys()) if (path.startsWith("/run/")) this.files.delete(path);
  }

  powerOn(): void {
    this.#power = new AbortController();
    this.bootId = randomUUID();
    this.poweredOn = true;
  }

  async run(call: Omit<ScriptedCall, "node">): Promise<ScriptedAnswer> {
    this.received.push({ argv: call.argv, at: Date.now() });
    const signal = AbortSignal.any([call.signal, this.power]);
    for (const command of this.commands) {
      const answer = await command({ ...call, signal, node: this });
      if (answer !== undefined) return answer;
    }
    return { code: 127, stderr: `sh: ${call.argv[0] ?? ""}: not found\n` };
  }
}
