import type { ErrorReport } from "@/contract/errors";
import { type SayingFact, sentenceText } from "@/contract/sentence";

/** What the server said about an error of a call; null = nobody answered (network, panel down). */
export function reportOfError(error: unknown): ErrorReport | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("report" in data)) return null;
  return isErrorReport(data.report) ? data.report : null;
}

/** Told apart from what a proxy in between may answer. Not by its schema: that would load the validator with every page. */
function isErrorReport(value: unknown): value is ErrorReport {
  if (typeof value !== "object" || value === null || !("code" in value && "facts" in value && "detail" in value)) {
    return false;
  }
  const { code, facts, detail } = value;
  return typeof code === "string" && typeof detail === "string" && typeof facts === "object" && facts !== null;
}

/** Facts that messages/LANGUAGE/errors.json choose words by. A report need not hold them all. */
const optionalFacts = [
  "address",
  "command",
  "field",
  "needed",
  "node",
  "path",
  "problem",
  "reason",
  "tool",
  "waitSeconds",
  "why",
] as const;

/** These hold words that messages choose by; ICU takes no hyphen in a choice. */
const choices = new Set(["needed", "reason"]);

/** Values for the message `errors.CODE`: "none" where the report says nothing, and as `detail` what `say` makes of the server's sentence: its English, unless told otherwise. */
export function messageValues(
  report: ErrorReport,
  say: (sentence: SayingFact) => string | number = sentenceText,
): Record<string, string | number> {
  const silent = optionalFacts.map((name) => [name, "none"]);
  const said = Object.entries(report.facts)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => [name, choices.has(name) ? String(value).replaceAll("-", "_") : String(value)]);
  return { ...Object.fromEntries(silent), ...Object.fromEntries(said), detail: say(report.saying ?? report.detail) };
}
