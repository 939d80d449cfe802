"use client";

import { useTranslations } from "next-intl";
import { messageValues, reportOfError } from "@/components/client/error-report";
import { useSentence } from "@/components/shell/use-sentence";

/** One sentence in the reader's language; the server's English one where no translation fits the facts. */
export function useErrorText(): (error: unknown) => string {
  const t = useTranslations();
  const sentence = useSentence();
  return (error) => {
    const report = reportOfError(error);
    if (report === null) return t("shell.error.noAnswer");
    const key = `errors.${report.code}`;
    return t.has(key) ? t(key, messageValues(report, sentence.fact)) : report.detail;
  };
}
