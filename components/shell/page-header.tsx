import type { ReactNode } from "react";

export interface PageHeaderProps {
  title: ReactNode;
  /** One line below: what this place is for, or how it stands. */
  note?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, note, actions }: PageHeaderProps) {
  return (
    <header className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2 pb-4">
      <div className="min-w-0">
        <h1 className="text-xl font-semibold">{title}</h1>
        {note && <p className="text-muted">{note}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2 print:hidden">{actions}</div>}
    </header>
  );
}
