import { Fragment, type ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export interface Definition {
  key: string;
  term: ReactNode;
  value: ReactNode;
}

/** Terms at the left, values at the right, one hairline between rows. */
export function DefinitionList({ items, className }: { items: readonly Definition[]; className?: string | undefined }) {
  return (
    <dl className={cn("grid grid-cols-[fit-content(45%)_minmax(0,1fr)] text-sm", className)}>
      {items.map((item) => (
        <Fragment key={item.key}>
          <dt className="min-w-26 border-line py-1.5 pr-4 text-muted not-first-of-type:border-t">{item.term}</dt>
          <dd className="min-w-0 border-line py-1.5 break-words not-first-of-type:border-t">{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
