"use client";

import { cva, type VariantProps } from "class-variance-authority";
import { type ButtonHTMLAttributes, type MouseEvent, useId } from "react";
import { cn } from "@/components/ui/cn";
import { Tooltip } from "@/components/ui/tooltip";

/** Also for links that look like buttons: `<Link className={buttonStyles({ variant: "primary" })}>`. */
export const buttonStyles = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-colors duration-100 aria-disabled:cursor-not-allowed [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary:
          "border-transparent bg-accent text-on-accent hover:bg-accent-hover aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted",
        secondary:
          "border-line-strong/60 bg-panel text-ink hover:border-line-strong hover:bg-hover aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted",
        quiet:
          "border-transparent bg-transparent text-ink hover:bg-hover aria-disabled:bg-transparent aria-disabled:text-muted",
        danger:
          "border-failed-line bg-panel text-failed hover:bg-failed-soft aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted",
      },
      size: {
        md: "h-8 px-3 text-sm [&_svg]:size-4",
        sm: "h-7 px-2 text-xs [&_svg]:size-3.5",
        icon: "size-8 [&_svg]:size-4",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

export interface ButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled" | "aria-disabled">,
    VariantProps<typeof buttonStyles> {
  /** Why it cannot be used now. The button stays focusable, so that the reason can be read by everybody. */
  disabledReason?: string | null | undefined;
  /** Something it started is under way: it does nothing until then, and says so to assistive technology. */
  pending?: boolean | undefined;
}

export function Button({
  variant,
  size,
  disabledReason,
  pending = false,
  className,
  type = "button",
  onClick,
  children,
  "aria-describedby": describedBy,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const reason = disabledReason ? disabledReason : null;
  const inert = reason !== null || pending;

  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (inert) {
      // Also stops a submit button from submitting its form.
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    onClick?.(event);
  };

  const button = (
    <button
      {...rest}
      type={type}
      aria-disabled={inert || undefined}
      aria-busy={pending || undefined}
      aria-describedby={cn(describedBy, reason !== null && reasonId) || undefined}
      className={cn(buttonStyles({ variant, size }), pending && "animate-breathe", className)}
      onClick={click}
    >
      {children}
    </button>
  );

  if (reason === null) return button;
  return (
    <>
      <Tooltip content={reason}>{button}</Tooltip>
      <span id={reasonId} hidden>
        {reason}
      </span>
    </>
  );
}
