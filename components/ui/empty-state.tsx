import type { ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export interface EmptyStateProps {
  title: ReactNode;
  /** Why it is empty and what comes next. */
  children?: ReactNode;
  picture?: ReactNode;
  action?: ReactNode;
  className?: string | undefined;
}

export function EmptyState({ title, children, picture, action, className }: EmptyStateProps) {
  return (
    <div className={cn("flex flex-col items-center gap-3 px-6 py-12 text-center", className)}>
      {picture && <div className="text-faint">{picture}</div>}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="max-w-prose text-muted text-pretty">{children}</div>}
      {action && <div className="mt-1">{action}</div>}
    </div>
  );
}
