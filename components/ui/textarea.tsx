import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";
import { controlStyles } from "@/components/ui/input";

export function Textarea({ className, mono = false, ...rest }: ComponentProps<"textarea"> & { mono?: boolean }) {
  return (
    <textarea
      className={cn(controlStyles, "min-h-20 px-2.5 py-1.5", mono && "font-mono text-xs", className)}
      {...rest}
    />
  );
}
