"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { ChartLine } from "@/components/ui/time-chart";
import { tableRows } from "@/components/ui/time-chart-geometry";
import type { HistoryPage } from "@/contract/history";

/** As many as can be read out; more buckets are put together. */
const rowsMost = 24;

export interface HistoryTableProps {
  name: string;
  page: HistoryPage;
  lines: readonly ChartLine[];
  value: (figure: number) => string;
  moment: (seconds: number) => string;
}

/** What the lines show, in words; made only when somebody opens it. */
export function HistoryTable({ name, page, lines, value, moment }: HistoryTableProps) {
  const t = useTranslations("history");
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit text-xs text-muted">
        {t("asTable")}
        <span className="sr-only"> {name}</span>
      </summary>
      {isOpen && (
        <div className="mt-2 max-h-72 overflow-y-auto rounded-md border border-line">
          <Table caption={name}>
            <TableHead>
              <HeaderCell>{t("from")}</HeaderCell>
              {lines.map((line) => (
                <HeaderCell key={line.key} numeric>
                  {line.label}
                </HeaderCell>
              ))}
            </TableHead>
            <TableBody>
              {tableRows(
                lines.map(({ values }) => values),
                rowsMost,
              ).map(({ index, values }) => (
                <tr key={index}>
                  <RowHeader className="font-normal">{moment(page.from + index * page.bucketSeconds)}</RowHeader>
                  {lines.map((line, column) => (
                    <Cell key={line.key} numeric>
                      <Figure value={values[column] ?? null} text={value} />
                    </Cell>
                  ))}
                </tr>
              ))}
            </TableBody>
          </Table>
        </div>
      )}
    </details>
  );
}

function Figure({ value, text }: { value: number | null; text: (figure: number) => string }) {
  const t = useTranslations("history");
  return value === null ? <span className="text-muted">{t("unknown")}</span> : text(value);
}
