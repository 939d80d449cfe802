"use client";

import { RadioGroup } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

export interface RadioCard {
  value: string;
  label: ReactNode;
  description?: ReactNode;
  /** Price or consequence, told beside the choice. */
  note?: ReactNode;
  /** Why it cannot be chosen now; the card stays readable. */
  disabledReason?: string | undefined;
}

export interface RadioCardsProps {
  legend: ReactNode;
  legendHidden?: boolean;
  value: string | undefined;
  onValueChange: (value: string) => void;
  cards: readonly RadioCard[];
  columns?: 1 | 2 | 3;
  className?: string | undefined;
}

const columnStyles = { 1: "", 2: "sm:grid-cols-2", 3: "sm:grid-cols-3" } as const;

export function RadioCards({
  legend,
  legendHidden,
  value,
  onValueChange,
  cards,
  columns = 2,
  className,
}: RadioCardsProps) {
  const id = useId();
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <span id={id} className={cn("font-medium", legendHidden && "sr-only")}>
        {legend}
      </span>
      {/* In a locked form no card takes the focus and the group keeps it: radix draws no ring around that. */}
      <RadioGroup.Root
        aria-labelledby={id}
        value={value ?? ""}
        onValueChange={onValueChange}
        className={cn(
          "grid gap-2 rounded-md focus-visible:outline-2! focus-visible:outline-offset-2! focus-visible:outline-focus! focus-visible:outline-solid!",
          columnStyles[columns],
        )}
      >
        {cards.map((card) => (
          <RadioGroup.Item
            key={card.value}
            value={card.value}
            disabled={card.disabledReason !== undefined}
            aria-describedby={`${id}-${card.value}`}
            className="group flex items-start gap-2.5 rounded-md border border-line-strong/60 bg-panel p-3 text-left transition-colors hover:border-line-strong disabled:cursor-not-allowed disabled:bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
          >
            <span
              aria-hidden
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-panel group-data-[state=checked]:border-accent"
            >
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span className="flex min-w-0 flex-col gap-0.5">
              <span className="font-medium">{card.label}</span>
              <span id={`${id}-${card.value}`} className="flex flex-col gap-0.5 text-xs text-muted">
                {card.description && <span>{card.description}</span>}
                {card.note && <span className="text-ink">{card.note}</span>}
                {card.disabledReason && <span className="text-needs">{card.disabledReason}</span>}
              </span>
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
