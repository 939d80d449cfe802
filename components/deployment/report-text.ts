"use client";

import { useTranslations } from "next-intl";
import { messageValues } from "@/components/client/error-report";
import { useErrorText as useShellErrorText } from "@/components/shell/error-report";
import { useSentence } from "@/components/shell/use-sentence";
import type { ErrorReport } from "@/contract/errors";

export const useErrorText = useShellErrorText;

/** The same sentence for an error that came as data: one node's outcome among several. */
export function useReportText(): (report: ErrorReport) => string {
  const t = useTranslations("errors");
  const sentence = useSentence();
  return (report) => (t.has(report.code) ? t(report.code, messageValues(report, sentence.fact)) : report.detail);
}
