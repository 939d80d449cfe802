import { CircleAlert, Lightbulb } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

/** What a control needs so that label, help, advice and error are read with it. */
export interface FieldControl {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  "aria-required": true | undefined;
}

export interface FieldProps {
  label: ReactNode;
  /** Always shown: what the field means. */
  help?: ReactNode;
  /** What is wrong and what to do. Marks the control invalid. */
  error?: ReactNode;
  /** Worth a thought, does not block. */
  advice?: ReactNode;
  /** Word beside the label, for example "optional". */
  note?: ReactNode;
  required?: boolean;
  className?: string | undefined;
  children: (control: FieldControl) => ReactNode;
}

export function Field({ label, help, error, advice, note, required = false, className, children }: FieldProps) {
  const id = useId();
  const parts = [error && `${id}-error`, advice && `${id}-advice`, help && `${id}-help`].filter(Boolean);
  return (
    <div className={cn("flex min-w-0 flex-col gap-1", className)}>
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {note && <span className="text-xs text-muted">{note}</span>}
      </div>
      {children({
        id,
        "aria-describedby": parts.length > 0 ? parts.join(" ") : undefined,
        "aria-invalid": error ? true : undefined,
        "aria-required": required ? true : undefined,
      })}
      {/* The live region exists before its text does, or screen readers miss the first error. */}
      <div aria-live="polite">
        {error && (
          <p id={`${id}-error`} className="flex gap-1.5 text-xs text-failed">
            <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span>{error}</span>
          </p>
        )}
        {advice && (
          <p id={`${id}-advice`} className="flex gap-1.5 text-xs text-needs">
            <Lightbulb aria-hidden className="mt-0.5 size-3.5 shrink-0" />
            <span>{advice}</span>
          </p>
        )}
      </div>
      {help && (
        <p id={`${id}-help`} className="text-xs text-muted">
          {help}
        </p>
      )}
    </div>
  );
}
