import type { ComponentProps } from "react";
import { cn } from "@/components/ui/cn";

export const controlStyles =
  "w-full min-w-0 rounded-md border border-line-strong bg-panel text-sm text-ink transition-colors hover:border-muted " +
  "focus-visible:outline-2 focus-visible:-outline-offset-1 aria-invalid:border-failed-mark disabled:bg-sunken " +
  "disabled:text-muted [&:is(input,textarea):read-only]:bg-sunken";

export interface InputProps extends ComponentProps<"input"> {
  /** Addresses, names, keys: figures and letters that must not be confused. */
  mono?: boolean;
}

export function Input({ className, mono = false, type = "text", ...rest }: InputProps) {
  return <input type={type} className={cn(controlStyles, "h-8 px-2.5", mono && "font-mono", className)} {...rest} />;
}
