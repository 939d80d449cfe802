import { AppError, type ErrorReport } from "@/contract/errors";
import { sentenceText } from "@/contract/sentence";
import { formatErrorChain } from "@/lib/error-chain";

/**
 * Where a command speaks. With --json standard output carries one JSON document and nothing else; what would be progress
 * for a person is left out, warnings go to standard error either way.
 */
export class Console {
  constructor(readonly json: boolean) {}

  say(text: string): void {
    if (!this.json) process.stdout.write(`${text}\n`);
  }

  /** Overwrites itself on a terminal; one line per call elsewhere would flood a log, so there only the last one stays. */
  progress(text: string): void {
    if (!this.json && process.stdout.isTTY) process.stdout.write(`\r${text}`);
  }

  /** A line that takes the place of the progress shown before it. */
  finish(text: string): void {
    this.say(process.stdout.isTTY ? `\r${text}` : text);
  }

  warn(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  result(value: unknown): void {
    if (this.json) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  failure(error: unknown): void {
    const report = errorReport(error);
    if (this.json) process.stdout.write(`${JSON.stringify({ error: report })}\n`);
    this.warn(`error: ${report.detail}`);
    if (report.advice !== undefined) this.warn(sentenceText(report.advice));
  }
}

export function errorReport(error: unknown): ErrorReport {
  if (!(error instanceof AppError)) return { code: "internal", facts: {}, detail: formatErrorChain(error) };
  return { ...error.report(), detail: formatErrorChain(error) };
}
