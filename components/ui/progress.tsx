/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the native element cannot be drawn alike in all browsers */
import { cn } from "@/components/ui/cn";

export interface ProgressProps {
  label: string;
  /** 0 to 1; null when how much remains is not known. */
  fraction: number | null;
  /** What is read and shown instead of the bare percentage, for example "1.2 of 4.0 GB, 40 s left". */
  text?: string;
  className?: string | undefined;
}

export function Progress({ label, fraction, text, className }: ProgressProps) {
  const percent = fraction === null ? null : Math.round(Math.min(1, Math.max(0, fraction)) * 100);
  return (
    <div className={cn("flex flex-col gap-1", className)}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
        aria-valuetext={text}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={cn(
            "h-full rounded-full bg-accent",
            percent === null ? "w-1/3 animate-breathe" : "transition-[width]",
          )}
          style={percent === null ? undefined : { width: `${percent}%` }}
        />
      </div>
      {text && <span className="text-xs text-muted">{text}</span>}
    </div>
  );
}
