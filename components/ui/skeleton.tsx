import { cn } from "@/components/ui/cn";

/** Space held for what is on its way. Hidden from screen readers: give its parent `aria-busy` and a label. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return <span aria-hidden className={cn("block h-4 animate-breathe rounded-sm bg-hover", className)} />;
}
