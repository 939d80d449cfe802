"use client";

import { Switch as Primitive } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

export interface SwitchProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  label: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  className?: string | undefined;
}

export function Switch({ checked, onCheckedChange, label, description, disabled, className }: SwitchProps) {
  const id = useId();
  return (
    <div className={cn("flex gap-2.5", className)}>
      <Primitive.Root
        id={id}
        checked={checked}
        disabled={disabled ?? false}
        onCheckedChange={onCheckedChange}
        aria-describedby={description ? `${id}-description` : undefined}
        className="relative h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken transition-colors after:absolute after:-inset-1 disabled:cursor-not-allowed data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Primitive.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[1.125rem] data-[state=checked]:bg-on-accent" />
      </Primitive.Root>
      <span>
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
