"use client";

import {
  type ButtonHTMLAttributes,
  cloneElement,
  type ReactElement,
  type ReactNode,
  type Ref,
  useCallback,
  useId,
  useRef,
  useState,
} from "react";
import { cn } from "@/components/ui/cn";
import { Floating } from "@/components/ui/floating";
import type { Align, Side } from "@/components/ui/place-beside";

/** A button that passes on what it is given. */
export type Trigger = ReactElement<ButtonHTMLAttributes<HTMLButtonElement> & { ref?: Ref<HTMLButtonElement> }>;

export interface PopoverProps {
  trigger: Trigger;
  label: string;
  children: ReactNode;
  side?: Side;
  align?: Align;
  className?: string | undefined;
}

export function Popover({ trigger, label, children, side = "bottom", align = "end", className }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      {cloneElement(trigger, {
        ref: anchor,
        "aria-haspopup": "dialog",
        "aria-expanded": open,
        "aria-controls": open ? id : undefined,
        onClick: () => setOpen(!open),
      })}
      {open && (
        <Floating
          anchor={anchor}
          close={close}
          side={side}
          align={align}
          id={id}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- <dialog> brings a second way of being shown
          role="dialog"
          aria-label={label}
          className={cn("w-80 p-3", className)}
        >
          {children}
        </Floating>
      )}
    </>
  );
}
