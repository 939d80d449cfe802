import { AppError, type AppErrorCode, type ErrorReport } from "@/contract/errors";
import { clusterCell } from "@/contract/run";
import { formatErrorChain } from "@/lib/error-chain";
import type { LostAnswer } from "@/server/engine/context";
import type { Verification } from "@/server/engine/step";

/** Errors after which nobody knows: looking again may tell. */
const unknownCodes: readonly AppErrorCode[] = ["node-unreachable", "command-outcome-unknown", "timed-out"];

export const leavesUnknown = (error: unknown): boolean =>
  error instanceof AppError && unknownCodes.includes(error.code);

/** Any error as journalled data: scrubbed, with the place it happened. */
export function reportFailure(
  error: unknown,
  place: { step: string; cell: string },
  scrub: (text: string) => string,
): ErrorReport {
  const report: ErrorReport =
    error instanceof AppError
      ? { ...error.report(), detail: formatErrorChain(error) }
      : { code: "internal", facts: {}, detail: formatErrorChain(error) };
  const facts = Object.fromEntries(
    Object.entries({ step: place.step, cell: place.cell, ...nodeOf(place.cell), ...report.facts }).map(
      ([name, value]) => [name, typeof value === "string" ? scrub(value) : value],
    ),
  );
  const advice = report.advice === undefined ? {} : { advice: scrub(report.advice) };
  return { code: report.code, facts, detail: scrub(report.detail), ...advice };
}

const nodeOf = (cell: string) => (cell === clusterCell ? {} : { node: cell });

export type Looked = { readonly verification: Verification } | { readonly error: unknown };

export type Judgement =
  | { readonly kind: "succeeded"; readonly observed: string }
  | { readonly kind: "failed" | "unknown" | "again"; readonly error: unknown };

/** What an attempt came to: the look afterwards decides, what `run` said only explains. */
export function judgeAttempt(seen: {
  readonly looked: Looked;
  readonly runError: unknown;
  readonly lost: LostAnswer | null;
  readonly wasCancelled: boolean;
  readonly timedOut: boolean;
  /** A unit of this attempt may still be at work. */
  readonly hasUnits: boolean;
  readonly place: { step: string; cell: string };
}): Judgement {
  const { looked, runError, lost, place } = seen;
  if ("verification" in looked && looked.verification.reached)
    return { kind: "succeeded", observed: looked.verification.observed };
  const where = `${place.step} on ${place.cell}`;
  if (seen.wasCancelled) return { kind: "failed", error: new AppError("cancelled", `${where} was ended half-way.`) };
  if ("error" in looked) {
    if (leavesUnknown(looked.error)) return { kind: "unknown", error: looked.error };
    return { kind: "failed", error: runError ?? looked.error };
  }
  if ((seen.timedOut || lost?.kind === "timed-out") && seen.hasUnits)
    return { kind: "unknown", error: stillAtWork(where) };
  const missing = looked.verification.reached ? "" : looked.verification.missing;
  if (lost !== null)
    return {
      kind: "again",
      error: new AppError(
        "command-outcome-unknown",
        `The answer of "${lost.command}" from ${lost.node} was lost, and the goal is not reached: ${missing}`,
        { facts: { node: lost.node, command: lost.command, missing } },
      ),
    };
  if (leavesUnknown(runError)) return { kind: "again", error: runError };
  return {
    kind: "failed",
    error:
      runError ??
      new AppError("verification-failed", `${where} did its work, but the goal is not reached: ${missing}`, {
        facts: { missing },
      }),
  };
}

const stillAtWork = (where: string): AppError =>
  new AppError("timed-out", `${where} took longer than its time limit; its work may go on, on the node.`, {
    advice: "Resume waits for the same work again. Retry ends it and starts anew.",
  });
