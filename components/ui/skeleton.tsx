"use client";

import { createContext, useContext } from "react";
import { cn } from "@/components/ui/cn";

/** "Loading" in the reader's language; empty where nobody set it. */
const Word = createContext("");

/** Says once, around everything, what each skeleton below it says to those who cannot see it. */
export const SkeletonWord = Word.Provider;

/** Space held for what is on its way. */
export function Skeleton({ className }: { className?: string | undefined }) {
  const word = useContext(Word);
  return (
    <span className={cn("block h-4 animate-breathe rounded-sm bg-hover", className)}>
      <span className="sr-only">{word}</span>
    </span>
  );
}
