"use client";

import { useFieldProblem } from "@/components/deployment/problem-text";

/** The problem of something that is not a single input: a group of cards, a table, a whole place. */
export function FieldNote({ path }: { path: string }) {
  const { error, advice } = useFieldProblem(path);
  return (
    <div aria-live="polite">
      {error !== undefined && <p className="pt-1 text-xs text-failed">{error}</p>}
      {error === undefined && advice !== undefined && <p className="pt-1 text-xs text-needs">{advice}</p>}
    </div>
  );
}
