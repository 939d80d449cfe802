import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";
import { type MarkState, StateMark } from "@/components/ui/state-mark";

export interface Step {
  id: string;
  title: ReactNode;
  /** One line below: what was chosen, or why it needs you. */
  note?: ReactNode;
  state: MarkState;
  /** Word of the state, read beside the title. */
  stateLabel: string;
  /** Wraps the title in a link; without it the step cannot be opened yet. */
  renderLink?: ((children: ReactNode) => ReactNode) | undefined;
}

export interface StepperProps {
  label: string;
  steps: readonly Step[];
  current: string;
  className?: string | undefined;
}

/** Vertical list of places with a state each. The caller brings the links, so that this knows nothing of routes. */
export function Stepper({ label, steps, current, className }: StepperProps) {
  return (
    <nav aria-label={label} className={cn("print:hidden", className)}>
      <ol className="flex flex-col">
        {steps.map((step, index) => {
          const here = step.id === current;
          const body = (
            <span
              className={cn(
                "flex min-w-0 flex-col rounded-md px-2 py-1",
                here && "bg-accent-soft",
                step.renderLink !== undefined && !here && "hover:bg-hover",
              )}
            >
              <span className={cn(here ? "font-semibold" : "font-medium", !here && !step.renderLink && "text-muted")}>
                {step.title}
              </span>
              {step.note && <span className="text-xs text-muted">{step.note}</span>}
            </span>
          );
          return (
            <li key={step.id} aria-current={here ? "step" : undefined} className="relative flex gap-1.5 pb-1.5">
              {index < steps.length - 1 && <span aria-hidden className="absolute top-6 bottom-0 left-2 w-px bg-line" />}
              <StateMark state={step.state} label={step.stateLabel} labelHidden size="md" className="h-7 self-start" />
              <span className="min-w-0 flex-1">{step.renderLink ? step.renderLink(body) : body}</span>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
