import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export interface KeyValueProps {
  label: ReactNode;
  value: ReactNode;
  unit?: ReactNode;
  /** Age or explanation below. */
  note?: ReactNode;
  className?: string | undefined;
}

/** One reading of the instrument: engraved label, figure, unit. */
export function KeyValue({ label, value, unit, note, className }: KeyValueProps) {
  return (
    <div className={cn("flex min-w-0 flex-col", className)}>
      <span className="engraved">{label}</span>
      <span className="text-lg font-semibold">
        {value}
        {unit && <span className="ml-1 text-sm font-normal text-muted">{unit}</span>}
      </span>
      {note && <span className="text-xs text-muted">{note}</span>}
    </div>
  );
}
