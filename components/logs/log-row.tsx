"use client";

import { useTranslations } from "next-intl";
import { isSkip, type LogRow } from "@/components/logs/log-buffer";
import { useBytesText } from "@/components/shell/use-bytes-text";
import { cn } from "@/components/ui/cn";
import type { LogLevel } from "@/contract/log-line";

const inks: Record<LogLevel, string> = {
  error: "text-failed",
  warning: "text-needs",
  info: "text-muted",
  debug: "text-faint",
  plain: "text-faint",
};

const two = (value: number): string => String(value).padStart(2, "0");
/** In the reader's zone, by hand: a formatter per row and frame would be what a fast log waits for. */
function clockText(ms: number): string {
  const at = new Date(ms);
  const fraction = String(at.getMilliseconds()).padStart(3, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${fraction}`;
}
function dateText(ms: number): string {
  const at = new Date(ms);
  return `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export interface LogRowViewProps {
  row: LogRow;
  wraps: boolean;
  /** For lines of more than one day. */
  withDate: boolean;
}

export function LogRowView({ row, wraps, withDate }: LogRowViewProps) {
  const t = useTranslations("logs");
  const bytes = useBytesText();
  if (isSkip(row))
    return (
      <div className="border-y border-dashed border-needs-line bg-needs-soft px-3 font-sans text-needs">
        {t("skipped", { size: bytes(row.skippedBytes), file: row.file, node: row.node })}
      </div>
    );
  const stampMs = row.at === null ? row.ms : Date.parse(row.at);
  return (
    <div className={cn("flex gap-x-3 px-3", !wraps && "whitespace-pre")}>
      <span
        className={cn("shrink-0 text-muted", row.at === null && "italic")}
        title={row.at === null ? t("placed") : row.at}
      >
        {withDate && `${dateText(stampMs)} `}
        {clockText(stampMs)}
      </span>
      <span className="w-[9ch] shrink-0 truncate text-accent" title={row.node}>
        {row.node}
      </span>
      <span className={cn("w-[7ch] shrink-0 font-medium", inks[row.level])}>{t(`levelShort.${row.level}`)}</span>
      <span className={cn(wraps && "min-w-0 break-words whitespace-pre-wrap")} title={row.file}>
        {row.text}
        {row.facts !== "" && <span className="text-muted"> {row.facts}</span>}
      </span>
    </div>
  );
}
