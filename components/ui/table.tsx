/* oxlint-disable jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-tabindex -- told at the scroller below */
import type { ComponentProps, ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export interface TableProps {
  /** Read by screen readers; shown when `captionShown`. */
  caption: ReactNode;
  captionShown?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

/** Dense table that scrolls sideways by itself. The scroller takes focus so that the keyboard can move it. */
export function Table({ caption, captionShown = false, className, children }: TableProps) {
  return (
    // A region would add a landmark per table; a group is only a name. Keyboards scroll it only when it takes focus.
    <div
      role="group"
      tabIndex={0}
      aria-label={typeof caption === "string" ? caption : undefined}
      className="relative overflow-x-auto"
    >
      <table className={cn("w-full border-collapse text-left", className)}>
        <caption className={captionShown ? "px-4 py-2 text-left text-xs text-muted" : "sr-only"}>{caption}</caption>
        {children}
      </table>
    </div>
  );
}

export function TableHead({ children }: { children: ReactNode }) {
  return (
    <thead className="border-b border-line">
      <tr>{children}</tr>
    </thead>
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return <tbody className="[&>tr:not(:last-child)]:border-b [&>tr]:border-line">{children}</tbody>;
}

export function HeaderCell({ numeric, className, ...rest }: ComponentProps<"th"> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      className={cn("engraved px-3 py-1.5 whitespace-nowrap first:pl-4 last:pr-4", numeric && "text-right", className)}
      {...rest}
    />
  );
}

/** First cell of a row: names it for screen readers. */
export function RowHeader({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="row"
      className={cn("px-3 py-1.5 align-baseline font-medium whitespace-nowrap first:pl-4 last:pr-4", className)}
      {...rest}
    />
  );
}

export function Cell({ numeric, className, ...rest }: ComponentProps<"td"> & { numeric?: boolean }) {
  return (
    <td
      className={cn(
        "px-3 py-1.5 align-baseline first:pl-4 last:pr-4",
        numeric && "text-right whitespace-nowrap",
        className,
      )}
      {...rest}
    />
  );
}
