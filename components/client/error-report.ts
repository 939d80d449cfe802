import { type ErrorReport, errorReportSchema } from "@/contract/errors";

/** What the server said about an error of a call; null = nobody answered (network, panel down). */
export function errorReport(error: unknown): ErrorReport | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("report" in data)) return null;
  const parsed = errorReportSchema.safeParse(data.report);
  return parsed.success ? parsed.data : null;
}
