"use client";

import { createContext, useContext } from "react";
import type { FieldProblem } from "@/contract/preflight";

/** Problems of everything below, each found by the path of its field: a draft's, or those of a change being planned. */
const Context = createContext<readonly FieldProblem[] | null>(null);

export const FieldProblems = Context.Provider;

export function useFieldProblems(): readonly FieldProblem[] {
  const problems = useContext(Context);
  if (problems === null) throw new Error("useFieldProblems() outside <FieldProblems>");
  return problems;
}
