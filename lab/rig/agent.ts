// The client of guest/agent.c: runs programs in the rig's machine and in its nodes, one connection each.
import { connect, type Socket } from "node:net";
import { LabError } from "@/lab/lab-error";
import { CONTROL } from "@/lab/plan";
import type { CommandResult, RunOptions } from "@/lab/shell";

// As for programs on the host (shell.ts), doubled: starting one costs fifty times as much under emulation.
const DEFAULT_TIMEOUT_MS = 240_000;
// The machine answers within milliseconds; while three nodes boot, an accept may wait for seconds.
const CONNECT_TIMEOUT_MS = 20_000;
const HEADER_BYTES = 5;
const MAX_FRAME = 65_536;

/** Nothing was run: the node is off, or its container does not exist yet. */
export class NodeAway extends LabError {
  constructor(
    readonly node: string,
    readonly reason: "off" | "starting",
  ) {
    super(
      reason === "off"
        ? `${node} is off: 'npm run lab -- power-on ${node}' starts it`
        : `${node} is starting: try again in some seconds`,
    );
  }
}

interface Sinks {
  stdout(data: Buffer): void;
  stderr(data: Buffer): void;
}

/** `target` is a node's name, or empty for the machine itself. */
export async function runInRig(
  target: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<CommandResult> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const code = await converse(
    target,
    argv,
    (socket) => {
      const input = Buffer.from(options.input ?? "");
      for (let at = 0; at < input.length; at += MAX_FRAME) socket.write(frame("I", input.subarray(at, at + MAX_FRAME)));
      socket.write(frame("E"));
    },
    { stdout: (data) => out.push(data), stderr: (data) => err.push(data) },
    options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  );
  return { code, stdout: text(out), stderr: text(err) };
}

/** With the caller's own standard streams. No terminal: programs see pipes. */
export async function passThroughRig(target: string, argv: readonly string[]): Promise<number> {
  let stop = () => {};
  try {
    return await converse(
      target,
      argv,
      (socket) => {
        const take = (data: Buffer) => {
          if (!socket.write(frame("I", data))) {
            process.stdin.pause();
            socket.once("drain", () => process.stdin.resume());
          }
        };
        const end = () => socket.write(frame("E"));
        process.stdin.on("data", take).once("end", end);
        stop = () => process.stdin.off("data", take).off("end", end).unref?.();
      },
      { stdout: (data) => process.stdout.write(data), stderr: (data) => process.stderr.write(data) },
      null,
    );
  } finally {
    stop();
  }
}

async function converse(
  target: string,
  argv: readonly string[],
  begin: (socket: Socket) => void,
  sinks: Sinks,
  timeoutMs: number | null,
): Promise<number> {
  const what = `${target === "" ? "the rig" : target}: ${argv.join(" ").slice(0, 160)}`;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const socket = connect({ host: CONTROL.address, port: CONTROL.port, noDelay: true });
  const connecting = setTimeout(
    () => socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`)),
    CONNECT_TIMEOUT_MS,
  );
  const limit =
    timeoutMs === null
      ? undefined
      : setTimeout(
          () => socket.destroy(new LabError(`${what}: did not end within ${timeoutMs / 1000} s`)),
          timeoutMs + CONNECT_TIMEOUT_MS,
        );
  socket.once("connect", () => {
    clearTimeout(connecting);
    socket.write(frame("Q", Buffer.from([target, ...argv].map((part) => `${part}\0`).join(""))));
    begin(socket);
  });
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (data: Buffer) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    for (let next = takeFrame(pending); next !== null; next = takeFrame(pending)) {
      pending = next.rest;
      if (next.kind === "O") sinks.stdout(next.payload);
      else if (next.kind === "R") sinks.stderr(next.payload);
      else if (next.kind === "X") resolve(next.payload[0] ?? 128);
      else reject(refusal(target, next.payload.toString()));
    }
  });
  socket.once("error", (cause) =>
    reject(
      cause instanceof LabError
        ? cause
        : new LabError(`${what}: the rig's machine does not answer (${cause.message})`, { cause }),
    ),
  );
  socket.once("close", () => reject(new LabError(`${what}: the connection to the rig's machine broke`)));
  try {
    return await promise;
  } finally {
    clearTimeout(connecting);
    clearTimeout(limit);
    socket.destroy();
  }
}

function refusal(target: string, reason: string): LabError {
  if (reason === "off" || reason === "starting") return new NodeAway(target, reason);
  return new LabError(`${target === "" ? "the rig" : target}: the agent could not start the program: ${reason}`);
}

function frame(kind: string, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.write(kind, 0, "latin1");
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

function takeFrame(data: Buffer): { kind: string; payload: Buffer; rest: Buffer } | null {
  if (data.length < HEADER_BYTES) return null;
  const end = HEADER_BYTES + data.readUInt32BE(1);
  if (data.length < end) return null;
  return {
    kind: data.toString("latin1", 0, 1),
    payload: data.subarray(HEADER_BYTES, end),
    rest: data.subarray(end),
  };
}

/** Without the final newline, like execa. */
function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks)
    .toString()
    .replace(/\r?\n$/, "");
}
