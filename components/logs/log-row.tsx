"use client";

import { useTranslations } from "next-intl";
import { isSkip, type LogRow, type SkipRow } from "@/components/logs/log-buffer";
import { useBytesText } from "@/components/shell/use-bytes-text";
import type { LogLevel } from "@/contract/log-line";

const levelStyles: Readonly<Record<LogLevel, string>> = {
  error: "w-[7ch] shrink-0 font-medium text-failed",
  warning: "w-[7ch] shrink-0 font-medium text-needs",
  info: "w-[7ch] shrink-0 font-medium text-muted",
  debug: "w-[7ch] shrink-0 font-medium text-faint",
  plain: "w-[7ch] shrink-0 font-medium text-faint",
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

/** Texts of all rows, looked up once for the list and not by each of its rows in each frame. */
export interface RowWords {
  readonly level: Readonly<Record<LogLevel, string>>;
  readonly placed: string;
  readonly skipped: (row: SkipRow) => string;
}

export function useRowWords(): RowWords {
  const t = useTranslations("logs");
  const bytes = useBytesText();
  return {
    level: {
      error: t("levelShort.error"),
      warning: t("levelShort.warning"),
      info: t("levelShort.info"),
      debug: t("levelShort.debug"),
      plain: t("levelShort.plain"),
    },
    placed: t("placed"),
    skipped: (row) => t("skipped", { size: bytes(row.skippedBytes), file: row.file, node: row.node }),
  };
}

export interface LogRowViewProps {
  row: LogRow;
  wraps: boolean;
  /** For lines of more than one day. */
  withDate: boolean;
  words: RowWords;
}

export function LogRowView({ row, wraps, withDate, words }: LogRowViewProps) {
  if (isSkip(row)) {
    return (
      <div className="border-y border-dashed border-needs-line bg-needs-soft px-3 font-sans text-needs">
        {words.skipped(row)}
      </div>
    );
  }
  const stampMs = row.at === null ? row.ms : Date.parse(row.at);
  return (
    <div className={wraps ? "flex gap-x-3 px-3" : "flex h-4.5 gap-x-3 px-3 whitespace-pre"}>
      <span
        className={row.at === null ? "shrink-0 text-muted italic" : "shrink-0 text-muted"}
        title={row.at ?? words.placed}
      >
        {withDate && `${dateText(stampMs)} `}
        {clockText(stampMs)}
      </span>
      <span className="w-[9ch] shrink-0 truncate text-accent" title={row.node}>
        {row.node}
      </span>
      <span className={levelStyles[row.level]}>{words.level[row.level]}</span>
      <span className={wraps ? "min-w-0 break-words whitespace-pre-wrap" : undefined} title={row.file}>
        {row.text}
        {row.facts !== "" && <span className="text-muted"> {row.facts}</span>}
      </span>
    </div>
  );
}
