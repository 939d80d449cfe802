import type { ClientChannel } from "ssh2";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { shellQuote } from "@/lib/shell-quote";
import type { Loan, NodeConnections } from "@/server/adapters/ssh/connections";
import { KeptOutput } from "@/server/adapters/ssh/kept-output";
import type { CommandOptions, CommandResult } from "@/server/ports/remote-host";

/** `onData` sees bytes as they came, for callers that continue a stream by offset. */
export interface ExecOptions extends CommandOptions {
  onData?: (stream: "stdout" | "stderr", data: Buffer) => void;
}

/** A full or dying sshd refuses channels; nothing has run then, so another connection may be tried. */
const channelTries = 4;
const channelPauseMs = 20;

/** Runs argv on the node. Throws only when nothing was sent: no connection, no login, no channel. */
export async function execCommand(
  connections: NodeConnections,
  argv: readonly string[],
  options: ExecOptions,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const command = shellQuote(argv);
  const seconds = () => (performance.now() - startedAt) / 1000;
  if (options.signal?.aborted) return { kind: "cancelled", stdout: "", stderr: "", seconds: 0 };
  const sending: Sending = { isGivenUp: false, isSent: false };
  const opening = openExecChannel(connections, command, options.timeoutMs, sending);
  const early = await firstOf(opening, options);
  if (typeof early === "string") {
    sending.isGivenUp = true;
    opening.then(dispose, () => {});
    if (early === "timed-out" && !sending.isSent) throw tooLate(connections, options.timeoutMs);
    return { kind: early, stdout: "", stderr: "", seconds: seconds() };
  }
  const { loan, channel } = early;
  if (channel === "outcome-unknown") {
    loan.release("abandon");
    const reason = "the connection ended while the command was being sent";
    return { kind: "disconnected", reason, stdout: "", stderr: "", seconds: seconds() };
  }
  return await follow(loan, channel, options, startedAt, seconds);
}

function tooLate({ target }: NodeConnections, timeoutMs: number): AppError {
  const { node, address, port } = target;
  const said = say("no-answer-within", { seconds: timeoutMs / 1000 });
  return new AppError("node-unreachable", say("ssh-unreachable", { node, address: `${address}:${port}`, said }), {
    facts: { node, address, port },
    advice: say("ssh-check-node"),
  });
}

/** Whoever cancels or has a deadline does not wait for a handshake with a dead node. */
async function firstOf(
  opening: Promise<OpenedChannel>,
  options: CommandOptions,
): Promise<OpenedChannel | "cancelled" | "timed-out"> {
  let stop = () => {};
  const early = new Promise<"cancelled" | "timed-out">((resolve) => {
    const cancel = () => resolve("cancelled");
    const timer = setTimeout(() => resolve("timed-out"), options.timeoutMs);
    options.signal?.addEventListener("abort", cancel);
    stop = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", cancel);
    };
  });
  try {
    return await Promise.race([opening, early]);
  } finally {
    stop();
  }
}

function dispose({ loan, channel }: OpenedChannel): void {
  if (channel !== "outcome-unknown") channel.stream.close();
  loan.release("abandon");
}

interface OpenedChannel {
  loan: Loan;
  channel: ExecChannel | "outcome-unknown";
}

/** A command on its way. Given up before its connection is there, it is never sent: nobody would know what it did. */
interface Sending {
  isGivenUp: boolean;
  isSent: boolean;
}

/** A running command's channel. */
export interface ExecChannel {
  stream: ClientChannel;
  /** Null until the node has said how the command ended. */
  exit(): { code: number } | { signal: string } | null;
}

/**
 * To be called inside ssh2's own callback: a short command's success, exit status and end may come in one packet, and ssh2 tells of all
 * three before anything that awaits gets its turn.
 */
function hearExit(stream: ClientChannel): ExecChannel {
  let exit: ReturnType<ExecChannel["exit"]> = null;
  stream.on("exit", (code: number | null, signal?: string) => {
    if (typeof code === "number") exit = { code };
    else if (signal) exit = { signal };
  });
  return { stream, exit: () => exit };
}

/** A channel on which the node has accepted the command. Also used by uploads, which stream on it. */
export async function openExecChannel(
  connections: NodeConnections,
  command: string,
  timeoutMs: number,
  sending: Sending = { isGivenUp: false, isSent: false },
): Promise<OpenedChannel> {
  for (let attempt = 1; ; attempt += 1) {
    const loan = await connections.session();
    if (sending.isGivenUp) {
      loan.release("reusable");
      throw tooLate(connections, timeoutMs);
    }
    sending.isSent = true;
    const opened = await requestExec(loan, command, timeoutMs);
    if (opened.kind === "opened") return { loan, channel: opened.channel };
    if (opened.kind === "outcome-unknown") return { loan, channel: "outcome-unknown" };
    sending.isSent = false;
    loan.release("abandon");
    if (attempt >= channelTries)
      throw new AppError(
        "node-unreachable",
        say("sessions-refused", { node: connections.target.node, said: opened.reason }),
        {
          facts: { node: connections.target.node, address: connections.target.address, reason: opened.reason },
          advice: say("sessions-look"),
        },
      );
    await new Promise((resume) => setTimeout(resume, channelPauseMs * 2 ** attempt));
  }
}

type ExecRequest =
  | { kind: "opened"; channel: ExecChannel }
  | { kind: "refused"; reason: string }
  | { kind: "outcome-unknown" };

function requestExec(loan: Loan, command: string, timeoutMs: number): Promise<ExecRequest> {
  return new Promise((resolve) => {
    const { client } = loan;
    const finish = (answer: ExecRequest) => {
      clearTimeout(timer);
      client.removeListener("close", lost);
      resolve(answer);
    };
    // ssh2 sends the command as soon as the channel is open, without saying so: from here on it may have been received.
    const lost = () => finish({ kind: "outcome-unknown" });
    const timer = setTimeout(lost, timeoutMs);
    client.once("close", lost);
    try {
      client.exec(command, (error, channel) => {
        if (!error) return finish({ kind: "opened", channel: hearExit(channel) });
        const refusedToOpen = error.message.includes("open failed") || "reason" in error;
        finish(refusedToOpen ? { kind: "refused", reason: error.message } : { kind: "outcome-unknown" });
      });
    } catch (error) {
      finish({ kind: "refused", reason: error instanceof Error ? error.message : String(error) });
    }
  });
}

function follow(
  loan: Loan,
  running: ExecChannel,
  options: ExecOptions,
  startedAt: number,
  seconds: () => number,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const stdout = new KeptOutput((part) => options.onOutput?.("stdout", part));
    const stderr = new KeptOutput((part) => options.onOutput?.("stderr", part));
    const channel = running.stream;
    let settled = false;
    const text = () => ({ stdout: stdout.end(), stderr: stderr.end(), seconds: seconds() });
    const settle = (result: (rest: ReturnType<typeof text>) => CommandResult, outcome: "reusable" | "abandon") => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", cancel);
      loan.client.removeListener("close", lost);
      if (outcome === "abandon") channel.close();
      loan.release(outcome);
      resolve(result(text()));
    };
    const cancel = () => settle((rest) => ({ kind: "cancelled", ...rest }), "abandon");
    const lost = () =>
      settle((rest) => ({ kind: "disconnected", reason: "the connection to the node ended", ...rest }), "abandon");
    const left = Math.max(0, options.timeoutMs - (performance.now() - startedAt));
    const timer = setTimeout(() => settle((rest) => ({ kind: "timed-out", ...rest }), "abandon"), left);
    options.signal?.addEventListener("abort", cancel, { once: true });
    if (options.signal?.aborted) return cancel();
    loan.client.once("close", lost);
    const hear = (stream: "stdout" | "stderr", kept: KeptOutput) => (data: Buffer) => {
      if (settled) return;
      options.onData?.(stream, data);
      kept.add(data);
    };
    channel.on("data", hear("stdout", stdout));
    channel.stderr.on("data", hear("stderr", stderr));
    channel.on("error", () => {});
    // Output may follow "exit"; only "close" says that all of it is here.
    channel.on("close", () => {
      const seen = running.exit();
      if (seen === null) return lost();
      settle(
        (rest) => ("code" in seen ? { kind: "exited", ...seen, ...rest } : { kind: "signalled", ...seen, ...rest }),
        "reusable",
      );
    });
    channel.end(options.stdin ?? "");
  });
}
