import type { ReactNode } from "react";

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded-sm border border-line-strong/50 bg-panel px-1 font-mono text-2xs leading-4 text-muted">
      {children}
    </kbd>
  );
}
