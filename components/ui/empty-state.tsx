import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export interface EmptyStateProps {
  title: ReactNode;
  /** Why it is empty and what comes next. */
  children?: ReactNode;
  picture?: ReactNode;
  action?: ReactNode;
  headingLevel?: 1 | 2;
  className?: string | undefined;
}

export function EmptyState({ title, children, picture, action, headingLevel = 2, className }: EmptyStateProps) {
  const Heading = headingLevel === 1 ? "h1" : "h2";
  return (
    <div className={cn("flex flex-col items-center gap-3 px-6 py-12 text-center", className)}>
      {picture && <div className="text-faint">{picture}</div>}
      <Heading className="text-lg font-semibold">{title}</Heading>
      {children && <div className="max-w-prose text-muted text-pretty">{children}</div>}
      {action && <div className="mt-1">{action}</div>}
    </div>
  );
}
