import { AppError, type ErrorReport, unansweredCodes } from "@/contract/errors";
import { clusterCell } from "@/contract/run";
import { mapSentence, say, type Sentence, sentenceText } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";
import type { LostAnswer } from "@/server/engine/context";
import type { Verification } from "@/server/engine/step";
import type { Scrub } from "@/server/engine/scrub";

export const leavesUnknown = (error: unknown): boolean =>
  error instanceof AppError && unansweredCodes.includes(error.code);

/** Any error as journalled data: scrubbed, with the place it happened. */
export function reportFailure(error: unknown, place: { step: string; cell: string }, scrub: Scrub): ErrorReport {
  const report: ErrorReport =
    error instanceof AppError
      ? { ...error.report(), detail: formatErrorChain(error) }
      : { code: "internal", facts: {}, detail: formatErrorChain(error) };
  const sourceOf = (name: string) => (programsWords.has(name) ? "program" : "own");
  const facts = Object.fromEntries(
    Object.entries({ step: place.step, cell: place.cell, ...nodeOf(place.cell), ...report.facts }).map(
      ([name, value]) => [name, typeof value === "string" ? scrub(value, sourceOf(name)) : value],
    ),
  );
  const clean = (text: string): string => scrub(withScrubbedWords(text, report.facts, scrub));
  return {
    code: report.code,
    facts,
    detail: clean(report.detail),
    ...(report.saying === undefined ? {} : { saying: mapSentence(report.saying, clean) }),
    ...(report.advice === undefined ? {} : { advice: mapSentence(report.advice, clean) }),
  };
}

/** Facts that hold what a program printed. */
const programsWords: ReadonlySet<string> = new Set(["said", "lastLine"]);

/** A sentence often repeats what the program said: there it is the program's words still. */
function withScrubbedWords(text: string, facts: ErrorReport["facts"], scrub: Scrub): string {
  return [...programsWords].reduce((sentence, name) => {
    const said = facts[name];
    return typeof said === "string" && said !== "" ? sentence.replaceAll(said, () => scrub(said, "program")) : sentence;
  }, text);
}

const nodeOf = (cell: string) => (cell === clusterCell ? {} : { node: cell });

export type Looked = { readonly verification: Verification } | { readonly error: unknown };

export type Judgement =
  | { readonly kind: "succeeded"; readonly seen: Extract<Verification, { reached: true }> }
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
  if ("verification" in looked && looked.verification.reached) return { kind: "succeeded", seen: looked.verification };
  if (seen.wasCancelled)
    return {
      kind: "failed",
      error: new AppError("cancelled", say("step-ended-half-way", { step: place.step, cell: place.cell })),
    };
  if ("error" in looked) {
    if (leavesUnknown(looked.error)) return { kind: "unknown", error: looked.error };
    return { kind: "failed", error: runError ?? looked.error };
  }
  if ((seen.timedOut || lost?.kind === "timed-out") && seen.hasUnits)
    return { kind: "unknown", error: stillAtWork(place) };
  const missing: Sentence = looked.verification.reached ? "" : looked.verification.missing;
  if (lost !== null)
    return {
      kind: "again",
      error: new AppError(
        "command-outcome-unknown",
        say("answer-lost-goal-not-reached", { command: lost.command, node: lost.node, missing }),
        { facts: { node: lost.node, command: lost.command, missing: sentenceText(missing) } },
      ),
    };
  if (leavesUnknown(runError)) return { kind: "again", error: runError };
  return {
    kind: "failed",
    error:
      runError ??
      new AppError("verification-failed", say("goal-not-reached", { step: place.step, cell: place.cell, missing }), {
        facts: { missing: sentenceText(missing) },
      }),
  };
}

const stillAtWork = (place: { step: string; cell: string }): AppError =>
  new AppError("timed-out", say("step-over-time", { step: place.step, cell: place.cell }), {
    advice: say("resume-waits"),
  });
