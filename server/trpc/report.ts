import { TRPCError } from "@trpc/server";
import { z } from "zod";
import { AppError, type ErrorReport } from "@/contract/errors";
import { mapSentence } from "@/contract/sentence";
import { scrub } from "@/server/secret/scrub";

/** What the browser may know of an error. Anything that is not ours keeps its text in the log, not in the answer. */
export function reportOf(error: unknown): ErrorReport {
  const own = error instanceof TRPCError && error.cause !== undefined ? error.cause : error;
  if (own instanceof AppError) return scrubReport(own.report());
  if (own instanceof z.ZodError) {
    const first = own.issues[0];
    return {
      code: "bad-input",
      facts: { field: first?.path.join(".") ?? "", problem: scrub(first?.message ?? "") },
      detail: "The request does not have the expected form.",
    };
  }
  if (error instanceof TRPCError && error.code === "NOT_FOUND") {
    return { code: "not-found", facts: {}, detail: scrub(error.message) };
  }
  if (error instanceof TRPCError && ["BAD_REQUEST", "PARSE_ERROR", "METHOD_NOT_SUPPORTED"].includes(error.code)) {
    return { code: "bad-input", facts: {}, detail: scrub(error.message) };
  }
  if (error instanceof TRPCError && error.code === "SERVICE_UNAVAILABLE") {
    return { code: "cancelled", facts: {}, detail: error.message };
  }
  return { code: "internal", facts: {}, detail: "Trivet failed in a way it did not foresee; its log says more." };
}

export function scrubReport(report: ErrorReport): ErrorReport {
  const facts = Object.fromEntries(
    Object.entries(report.facts).map(([name, value]) => [name, typeof value === "string" ? scrub(value) : value]),
  );
  return {
    code: report.code,
    facts,
    detail: scrub(report.detail),
    ...(report.saying === undefined ? {} : { saying: mapSentence(report.saying, scrub) }),
    ...(report.advice === undefined ? {} : { advice: mapSentence(report.advice, scrub) }),
  };
}
