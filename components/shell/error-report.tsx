"use client";

import { useTranslations } from "next-intl";
import { errorReportSchema, type ErrorReport } from "@/contract/errors";

/** The report a failed call carries; null when nobody answered. */
export function reportOfError(error: unknown): ErrorReport | null {
  if (typeof error !== "object" || error === null || !("data" in error)) return null;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("report" in data)) return null;
  const parsed = errorReportSchema.safeParse(data.report);
  return parsed.success ? parsed.data : null;
}

/** One sentence in the reader's language; the server's English one where no translation fits the facts. */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations();
  return (error) => {
    const report = reportOfError(error);
    if (report === null) return t("shell.error.noAnswer");
    const key = `errors.${report.code}`;
    const values = Object.fromEntries(Object.entries(report.facts).map(([name, value]) => [name, String(value ?? "")]));
    return t.has(key) ? t(key, values) : report.detail;
  };
}
