"use client";

import { type ReactNode, useState } from "react";

export interface UnfoldingProps {
  summary: ReactNode;
  summaryClassName?: string | undefined;
  className?: string | undefined;
  children: () => ReactNode;
}

/** What one opens to see more, made only when somebody does. */
export function Unfolding({ summary, summaryClassName, className, children }: UnfoldingProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={className} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={summaryClassName}>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
