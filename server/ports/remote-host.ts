import type { Duplex } from "node:stream";
import { type Saying, say } from "@/contract/sentence";

/** What procedures and services may ask of one node. Implemented by server/adapters/ssh; scripted in testing/. */
export type CommandResult =
  | { kind: "exited"; code: number; stdout: string; stderr: string; seconds: number }
  | { kind: "signalled"; signal: string; stdout: string; stderr: string; seconds: number }
  /** Outcome unknown: the command may still be running. Look before acting again. */
  | { kind: "timed-out"; stdout: string; stderr: string; seconds: number }
  /** Outcome unknown. */
  | { kind: "disconnected"; reason: string; stdout: string; stderr: string; seconds: number }
  | { kind: "cancelled"; stdout: string; stderr: string; seconds: number };

export interface CommandOptions {
  /** Bound of the whole command. */
  timeoutMs: number;
  /** Given on standard input; the only way a secret may reach a command. Never logged. */
  stdin?: string | Buffer;
  signal?: AbortSignal;
  onOutput?: (stream: "stdout" | "stderr", text: string) => void;
}

/** `about` is what the journal shows; the line may hold secrets and is never logged. */
export interface Said {
  about: string;
  line: string;
  /** It changes nothing, so the journal need not know of it. */
  isReading?: boolean;
}
export type SayOptions = Pick<CommandOptions, "timeoutMs" | "signal">;

/** Names one attempt of one step on a node; the transient unit is `trivet-<run>-<step>-<attempt>`. */
export interface DetachedUnitId {
  run: string;
  step: string;
  attempt: number;
}

/** Where a node keeps the highest fence number it has seen. */
export const nodeFencePath = "/var/lib/trivet/fence";

export interface RemoteHost {
  readonly node: string;
  /** Runs argv (quoted by the adapter, no shell features). Never throws for what the command did. */
  exec(argv: readonly string[], options: CommandOptions): Promise<CommandResult>;
  /**
   * Runs argv as a named transient systemd unit that outlives the connection and the panel. Same id again = re-attach and wait,
   * never a second execution. Survives reconnects until timeoutMs. A changed boot id yields `disconnected`.
   * `fence`: the node refuses a number lower than the highest it has seen (result: exited 90).
   */
  execDetached(
    id: DetachedUnitId,
    argv: readonly string[],
    options: CommandOptions & { fence: number },
  ): Promise<CommandResult>;
  /** Ends the unit if it runs; observed to be gone on return. */
  stopDetached(id: DetachedUnitId): Promise<void>;
  /** Null when there is no such file. */
  readFile(path: string): Promise<string | null>;
  /** Written beside and renamed, so a reader never sees half a file; content travels on standard input. */
  writeFile(path: string, content: string, options: { mode: number; owner?: string }): Promise<void>;
  /**
   * Sends a local file; skipped when the remote one already has this sha256; verified after. `packedPath` is the same file
   * by gzip: sent in its place and unpacked on the node. Progress then counts packed bytes.
   */
  upload(
    localPath: string,
    remotePath: string,
    options: {
      sha256: string;
      mode: number;
      packedPath?: string | undefined;
      signal?: AbortSignal;
      onProgress?: (sentBytes: number, totalBytes: number) => void;
    },
  ): Promise<void>;
  /**
   * Gives up every open connection and opens a new one, under whichever of these addresses answers first; commands after it
   * use that address. Throws when none answers in time.
   */
  reconnect(addresses: readonly string[], options: { timeoutMs: number; signal?: AbortSignal }): Promise<string>;
  /**
   * Says one line to whoever listens at this unix socket of the node; `stdout` is the answer. Starts no program there. Null:
   * nothing was said, because nobody listens or the node's ssh server opens no sockets. Throws when there is no connection.
   */
  sayTo(socket: string, said: Said, options: SayOptions): Promise<CommandResult | null>;
  /** A TCP connection opened by the node to an address of its own (Consul on its loopback). */
  openTunnel(host: string, port: number): Promise<Duplex>;
}

export interface RemoteHosts {
  /** A host of a known cluster or draft, by node name. Connections are pooled and reopened behind it. */
  host(node: string): RemoteHost;
}

/** The command ran and said 0. Anything else is for the caller to look at. */
export const exitedZero = (result: CommandResult): result is Extract<CommandResult, { kind: "exited" }> & { code: 0 } =>
  result.kind === "exited" && result.code === 0;

/** True when nobody knows what the command did. */
export const isOutcomeUnknown = (result: CommandResult): boolean =>
  result.kind === "timed-out" || result.kind === "disconnected" || result.kind === "cancelled";

/** How a command ended, inside a sentence about it. */
export function howEnded(result: CommandResult): Saying {
  switch (result.kind) {
    case "exited":
      return say("exit-status", { code: result.code });
    case "signalled":
      return say("ended-by-signal", { signal: result.signal });
    case "timed-out":
      return say("no-end-in-time");
    case "disconnected":
      return say("connection-lost");
    case "cancelled":
      return say("was-cancelled");
  }
}
