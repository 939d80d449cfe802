"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Primitive } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

export interface CheckboxProps {
  checked: boolean | "indeterminate";
  onCheckedChange: (checked: boolean) => void;
  label: ReactNode;
  description?: ReactNode;
  /** The label is read but not shown (in tables whose row says it). */
  labelHidden?: boolean;
  disabled?: boolean;
  className?: string | undefined;
}

export function Checkbox({
  checked,
  onCheckedChange,
  label,
  description,
  labelHidden,
  disabled,
  className,
}: CheckboxProps) {
  const id = useId();
  return (
    <div className={cn("flex gap-2", className)}>
      <Primitive.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={(next) => onCheckedChange(next === true)}
        aria-describedby={description ? `${id}-description` : undefined}
        className="relative mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-panel after:absolute after:-inset-1 disabled:cursor-not-allowed disabled:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent"
      >
        <Primitive.Indicator className="text-on-accent">
          {checked === "indeterminate" ? <Minus className="size-3" /> : <Check className="size-3" strokeWidth={3} />}
        </Primitive.Indicator>
      </Primitive.Root>
      <span className={cn(labelHidden && "sr-only")}>
        <label htmlFor={id}>{label}</label>
        {description && (
          <span id={`${id}-description`} className="block text-xs text-muted">
            {description}
          </span>
        )}
      </span>
    </div>
  );
}
