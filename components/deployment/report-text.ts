"use client";

import { useTranslations } from "next-intl";
import { messageValues } from "@/components/client/error-report";
import { useErrorText as useShellErrorText } from "@/components/shell/error-report";
import type { ErrorReport } from "@/contract/errors";

export const useErrorText = useShellErrorText;

/** The same sentence for an error that came as data: one node's outcome among several. */
export function useReportText(): (report: ErrorReport) => string {
  const t = useTranslations("errors");
  return (report) => (t.has(report.code) ? t(report.code, messageValues(report)) : report.detail);
}
