"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { LogLine } from "@/components/run/log-lines";
import { RunLog } from "@/components/run/run-log";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";

// A terminal is a third of a megabyte: nobody pays for it who does not ask for one.
const RunTerminal = dynamic(() => import("@/components/run/run-terminal").then((module) => module.RunTerminal), {
  ssr: false,
  loading: () => <Skeleton className="h-80" />,
});

export interface RunOutputProps {
  lines: readonly LogLine[];
  raw: string;
  label: string;
}

/** The cell's output: as lines with their kind, or as a terminal shows it. */
export function RunOutput({ lines, raw, label }: RunOutputProps) {
  const t = useTranslations("run.terminal");
  const [asTerminal, setAsTerminal] = useState(false);
  return (
    <div className="flex flex-col gap-1 print:hidden">
      <div className="flex justify-end">
        <Button variant="quiet" size="sm" aria-pressed={asTerminal} onClick={() => setAsTerminal(!asTerminal)}>
          {t("show")}
        </Button>
      </div>
      {asTerminal ? (
        <div className="overflow-hidden rounded-md border border-line bg-sunken">
          <RunTerminal text={raw} label={label} />
        </div>
      ) : (
        <RunLog lines={lines} label={label} />
      )}
    </div>
  );
}
