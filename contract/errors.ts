import { z } from "zod";
import { type Saying, type Sentence, sentenceText } from "@/contract/sentence";
import { sayingSchema, sentenceSchema } from "@/contract/sentence-schema";

/** Every reason Trivet refuses or fails. Stored in journals and sent to browsers: codes are retired, never renamed. */
export const appErrorCodes = [
  "bad-input",
  "not-found",
  "not-signed-in",
  "not-allowed",
  "sign-in-refused",
  "setup-already-done",
  "conflict",
  "run-active",
  "plan-stale",
  "blocked",
  "node-unreachable",
  "node-refused-login",
  "host-key-changed",
  "host-key-unknown",
  "command-failed",
  "command-outcome-unknown",
  "verification-failed",
  "unexpected-output",
  "missing-tool",
  "consul-unreachable",
  "consul-no-leader",
  "ceph-unreachable",
  "image-invalid",
  "image-too-large",
  "upload-incomplete",
  "checksum-mismatch",
  "config-invalid",
  "secret-unreadable",
  "timed-out",
  "cancelled",
  "internal",
] as const;
export const appErrorCodeSchema = z.enum(appErrorCodes);
export type AppErrorCode = z.infer<typeof appErrorCodeSchema>;

/** After these nobody knows what came of it: looking again may tell. */
export const unansweredCodes: readonly AppErrorCode[] = ["node-unreachable", "command-outcome-unknown", "timed-out"];

/** Facts a message may show: node, path, address, what was observed. Never a secret. */
export type ErrorFacts = Readonly<Record<string, string | number | boolean | null>>;

/** An error as data: what is journalled and what the browser gets. `detail` is one English sentence, `advice` what to do. */
export const errorReportSchema = z.object({
  code: appErrorCodeSchema,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  detail: z.string(),
  /** The same as `detail` for readers of other languages, where the sentence is one of ours. */
  saying: sayingSchema.optional(),
  advice: sentenceSchema.optional(),
});
export type ErrorReport = z.infer<typeof errorReportSchema>;

const brand = Symbol.for("trivet.AppError");

/** Thrown by domain code. `detail` says what failed and where, `facts` feed the translated message (messages/*, errors.CODE). */
export class AppError extends Error {
  readonly [brand] = true;
  /**
   * By brand, not by class: Next bundles server modules several times, and an error thrown by what start-up built must be
   * known to the route that catches it. By class it would become an "internal" error without its reason.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  readonly code: AppErrorCode;
  readonly facts: ErrorFacts;
  readonly saying: Saying | undefined;
  readonly advice: Sentence | undefined;

  constructor(
    code: AppErrorCode,
    detail: Sentence,
    options: { facts?: ErrorFacts; advice?: Sentence; cause?: unknown } = {},
  ) {
    super(sentenceText(detail), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.saying = typeof detail === "string" ? undefined : detail;
    this.facts = options.facts ?? {};
    this.advice = options.advice;
  }

  report(): ErrorReport {
    return {
      code: this.code,
      facts: { ...this.facts },
      detail: this.message,
      ...(this.saying === undefined ? {} : { saying: this.saying }),
      ...(this.advice === undefined ? {} : { advice: this.advice }),
    };
  }
}
