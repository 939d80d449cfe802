import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";

export interface PanelProps {
  title?: ReactNode;
  /** Age, state or a link at the right of the title. */
  aside?: ReactNode;
  /** Content that brings its own edges: tables, pictures. */
  flush?: boolean;
  headingLevel?: 2 | 3;
  className?: string | undefined;
  children: ReactNode;
}

/** A named region with one hairline around it. */
export function Panel({ title, aside, flush = false, headingLevel = 2, className, children }: PanelProps) {
  const id = useId();
  const Heading = headingLevel === 2 ? "h2" : "h3";
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={cn("flex min-w-0 flex-col rounded-lg border border-line bg-panel print:break-inside-avoid", className)}
    >
      {title && (
        <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
          <Heading id={id} className="min-w-0 font-semibold">
            {title}
          </Heading>
          {aside && (
            <div className="flex max-w-full shrink-0 flex-wrap items-center gap-2 text-xs whitespace-nowrap text-muted">
              {aside}
            </div>
          )}
        </header>
      )}
      <div className={cn("min-w-0 flex-1", !flush && "p-4")}>{children}</div>
    </section>
  );
}
