"use client";

import type { VariantProps } from "class-variance-authority";
import { type ButtonHTMLAttributes, type MouseEvent, useId } from "react";
import { buttonStyles } from "@/components/ui/button-styles";
import { cn } from "@/components/ui/cn";
import { Tip } from "@/components/ui/tip";

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

  // One button whether there is a reason or not: a new one would lose the focus when the reason comes or goes.
  return (
    <>
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
      {reason !== null && <Tip id={reasonId}>{reason}</Tip>}
    </>
  );
}
