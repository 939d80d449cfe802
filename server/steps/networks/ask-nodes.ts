import { AppError, type AppErrorCode } from "@/contract/errors";
import { pollUntil } from "@/lib/poll-until";
import type { StepContext } from "@/server/engine/step";

export type NetworksContext = StepContext<unknown>;

/** Three handshakes. Longer: a node that is really gone is reported late. */
const busyWaitMs = 30_000;
const pollMs = 1_000;

/** Nobody knows whether the node heard it. */
const lostCodes: ReadonlySet<AppErrorCode> = new Set(["command-outcome-unknown", "node-unreachable", "timed-out"]);

export const isLost = (error: unknown): boolean => error instanceof AppError && lostCodes.has(error.code);

export const lastJson = (stdout: string): unknown => JSON.parse(stdout.trim().split("\n").at(-1) || "null");

/** A node whose ssh server is busy with the change itself lets a handshake run into its limit: nothing was sent, so it is asked again. */
export async function patiently<T>(context: NetworksContext, ask: () => Promise<T>): Promise<T> {
  let refused: unknown = null;
  const look = async (): Promise<{ answer: T } | null> => {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (!(error instanceof AppError && error.code === "node-unreachable")) throw error;
      refused = error;
      return null;
    }
  };
  const found = await pollUntil(look, { timeoutMs: busyWaitMs, everyMs: pollMs, signal: context.signal });
  if (found === null) throw refused;
  return found.answer;
}
